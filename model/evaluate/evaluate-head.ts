import { accuracyOf, confusedPairs, labelQualities, macroF1Of } from './accuracy.ts';
import type { ConfusedPair, LabelQuality } from './accuracy.ts';
import { brierScore, eceIfCalibrated, expectedCalibrationError, reliabilityBins } from './calibration.ts';
import type { CalibratedBand, ReliabilityBin } from './calibration.ts';
import { aurcOf, coverageAtThreshold, riskCoverageCurve } from './coverage.ts';
import type { RiskAtCoverage } from './coverage.ts';
import { outcomesOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** The simulation behind `eceIfCalibrated` is the same wherever it runs. */
const SIMULATION_SEED = 1;

/** What a head said of texts whose labels are known. */
export interface JudgedScores {
  /** Labels of the model. */
  readonly labels: readonly string[];
  /** n × labels, rows sum to 1. */
  readonly probabilities: Float64Array;
  /** The right label of each text; one that the model does not know makes the prediction an error. */
  readonly actual: readonly string[];
  /** The language of each text, where that is known. */
  readonly languages?: readonly (string | undefined)[] | undefined;
  /** Automate at or above this probability, chosen for 95 % accuracy on validation data. */
  readonly thresholdAt95: number;
}

/** Quality of a head in numbers. */
export interface HeadQuality {
  readonly n: number;
  /** 0..1, as are all shares here. */
  readonly accuracy: number;
  readonly macroF1: number;
  readonly ece: number;
  readonly eceIfCalibrated: CalibratedBand;
  /** 0..2 */
  readonly brier: number;
  /** Share of the texts at or above `thresholdAt95`. */
  readonly coverageAt95: number;
  /** What share of these is right, 0 where there are none. */
  readonly accuracyAt95: number;
  readonly aurc: number;
}

export interface LanguageQuality {
  readonly language: string | undefined;
  readonly n: number;
  readonly accuracy: number;
}

/** The same with what is behind the numbers. */
export interface HeadEvaluation extends HeadQuality {
  /** The model's labels, then those that occur in the texts and that the model does not know; classes below index this list. */
  readonly labels: readonly string[];
  /** How many of `labels` are the model's. */
  readonly knownLabelCount: number;
  /** Texts whose right label the model does not know. */
  readonly unknownLabelCount: number;
  readonly labelQualities: readonly LabelQuality[];
  /** By language, unknown last; empty where no language is known. */
  readonly languageQualities: readonly LanguageQuality[];
  readonly confusedPairs: readonly ConfusedPair[];
  readonly reliabilityBins: readonly ReliabilityBin[];
  readonly riskCoverageCurve: readonly RiskAtCoverage[];
}

/** The order of the texts does not matter. */
export const evaluateHead = ({ labels, probabilities, actual, languages = [], thresholdAt95 }: JudgedScores): HeadEvaluation => {
  const known = new Set(labels);
  const allLabels = [...labels, ...[...new Set(actual)].filter((label) => !known.has(label)).sort()];
  const classOf = new Map(allLabels.map((label, index) => [label, index]));
  const classes = actual.map((label) => classOf.get(label)!);
  const outcomes = outcomesOf(probabilities, labels.length, classes);
  const { coverage, accuracy } = coverageAtThreshold(outcomes, thresholdAt95);
  return {
    n: outcomes.length,
    accuracy: accuracyOf(outcomes),
    macroF1: macroF1Of(outcomes),
    ece: expectedCalibrationError(outcomes),
    eceIfCalibrated: eceIfCalibrated(
      outcomes.map(({ probability }) => probability),
      SIMULATION_SEED,
    ),
    brier: brierScore(probabilities, classes, labels.length),
    coverageAt95: coverage,
    accuracyAt95: accuracy,
    aurc: aurcOf(outcomes),
    labels: allLabels,
    knownLabelCount: labels.length,
    unknownLabelCount: classes.filter((label) => label >= labels.length).length,
    labelQualities: labelQualities(outcomes),
    languageQualities: languageQualitiesOf(outcomes, languages),
    confusedPairs: confusedPairs(outcomes),
    reliabilityBins: reliabilityBins(outcomes),
    riskCoverageCurve: riskCoverageCurve(outcomes),
  };
};

const languageQualitiesOf = (
  outcomes: readonly Outcome[],
  languages: readonly (string | undefined)[],
): readonly LanguageQuality[] => {
  const known = [...new Set(languages)].filter((language) => language !== undefined).sort();
  if (known.length === 0) return [];
  return [...known, undefined].flatMap((language) => {
    const own = outcomes.filter((_, row) => languages[row] === language);
    return own.length === 0 ? [] : [{ language, n: own.length, accuracy: accuracyOf(own) }];
  });
};
