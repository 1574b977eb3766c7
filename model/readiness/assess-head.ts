import { macroF1Of } from '../evaluate/accuracy.ts';
import { outcomesOf } from '../evaluate/outcome.ts';
import { byCodeUnits, samplePositions } from '../random.ts';
import type { CrossValidate } from './cross-validate.ts';
import { groupedFolds } from './grouped-folds.ts';
import { accuracyEstimate, coverageEstimate } from './intervals.ts';
import type { Estimate } from './intervals.ts';
import { likelyMislabelled } from './likely-mislabelled.ts';
import type { Duplicates } from './near-duplicates.ts';
import { overlappingLabels } from './overlapping-labels.ts';

/** A label with fewer tickets is learnt badly. Ten a label is what published few-shot results start from. */
export const FEW_TICKETS = 10;
/** A label with fewer cannot be judged: with one in the test, none would be left to learn from. */
const FEWEST_TICKETS = 2;
const FOLDS = 5;
/** More would take minutes and change the estimates by less than their intervals. */
const MOST_JUDGED = 20_000;
/** A threshold is not judged by fewer automated tickets than this. */
const FEWEST_AUTOMATED = 10;

/** What the labels of one head can carry. Positions are those of the texts given. */
export interface HeadReadiness {
  /** By falling count, then by name. */
  readonly labels: readonly { readonly label: string; readonly count: number }[];
  readonly unlabelled: number;
  /** Those with fewer than FEW_TICKETS tickets. */
  readonly tooSmall: readonly { readonly label: string; readonly count: number }[];
  /** Groups of the same text with different labels. */
  readonly conflicts: readonly { readonly positions: readonly number[]; readonly labels: readonly string[] }[];
  /** Undefined where fewer than two labels have two tickets of different texts. */
  readonly expected: ExpectedQuality | undefined;
  readonly overlaps: readonly { readonly labels: readonly [string, string]; readonly confused: number; readonly share: number }[];
  /** Clearest first. */
  readonly mislabelled: readonly {
    readonly at: number;
    readonly given: string;
    readonly suggested: string;
    /** Probability of the suggested label, 0..1. */
    readonly probability: number;
  }[];
}

/** By cross-validation. */
export interface ExpectedQuality {
  /** Tickets judged: a sample where there are very many. */
  readonly judged: number;
  readonly accuracy: Estimate;
  /** 0..1 */
  readonly macroF1: number;
  /** Accuracy of always saying the most frequent label, 0..1. */
  readonly largestLabel: number;
  /** Share that could go by itself where 90 % of that shall be right. */
  readonly coverageAt90: Estimate;
  readonly coverageAt95: Estimate;
}

export interface HeadData {
  readonly texts: readonly string[];
  /** Label of each text, undefined where it has none. */
  readonly labels: readonly (string | undefined)[];
  readonly duplicates: Duplicates;
  readonly seed: number;
}

/** Says what one head's labels can carry, before any training. */
export const assessHead = async (data: HeadData, crossValidate: CrossValidate): Promise<HeadReadiness> => {
  const { labels } = data;
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || byCodeUnits(a.label, b.label));
  return {
    labels: sorted,
    unlabelled: labels.filter((label) => label === undefined).length,
    tooSmall: sorted.filter(({ count }) => count < FEW_TICKETS),
    conflicts: conflictsIn(data),
    ...(await judge(data, sorted, crossValidate)),
  };
};

const conflictsIn = ({ labels, duplicates }: HeadData): HeadReadiness['conflicts'] => {
  const groups = Map.groupBy(
    labels.keys().filter((at) => labels[at] !== undefined),
    (at) => duplicates.same[at]!,
  );
  return [...groups.values()]
    .map((positions) => ({ positions, labels: [...new Set(positions.map((at) => labels[at]!))] }))
    .filter(({ labels }) => labels.length > 1);
};

const judge = async (
  { texts, labels, duplicates, seed }: HeadData,
  counts: HeadReadiness['labels'],
  crossValidate: CrossValidate,
): Promise<Pick<HeadReadiness, 'expected' | 'overlaps' | 'mislabelled'>> => {
  const names = counts.filter(({ count }) => count >= FEWEST_TICKETS).map(({ label }) => label);
  const classOf = new Map(names.map((label, index) => [label, index]));
  const labelled = [...labels.keys()].filter((at) => classOf.has(labels[at] ?? ''));
  const judged = Array.from(samplePositions(labelled.length, MOST_JUDGED, seed), (position) => labelled[position]!);
  const groups = Int32Array.from(judged, (at) => duplicates.near[at]!);
  if (names.length < 2 || new Set(groups).size < FOLDS) return { expected: undefined, overlaps: [], mislabelled: [] };

  const classCount = names.length;
  const classes = Int32Array.from(judged, (at) => classOf.get(labels[at]!)!);
  const folds = groupedFolds(classes, classCount, groups, FOLDS, seed);
  const judgedTexts = judged.map((at) => texts[at]!);
  const probabilities = await crossValidate({ texts: judgedTexts, classes, classCount, folds, foldCount: FOLDS, seed });
  const outcomes = outcomesOf(probabilities, classCount, classes);
  return {
    expected: {
      judged: judged.length,
      accuracy: accuracyEstimate(outcomes),
      macroF1: macroF1Of(outcomes),
      largestLabel:
        Math.max(
          ...Map.groupBy(classes, (label) => label)
            .values()
            .map(({ length }) => length),
        ) / classes.length,
      coverageAt90: coverageEstimate(outcomes, 0.9, FEWEST_AUTOMATED, seed),
      coverageAt95: coverageEstimate(outcomes, 0.95, FEWEST_AUTOMATED, seed),
    },
    overlaps: overlappingLabels(outcomes, classCount).map(({ labels: [left, right], confused, share }) => ({
      labels: [names[left]!, names[right]!],
      confused,
      share,
    })),
    mislabelled: likelyMislabelled(probabilities, classes, classCount).map(({ at, given, suggested, suggestedProbability }) => ({
      at: judged[at]!,
      given: names[given]!,
      suggested: names[suggested]!,
      probability: suggestedProbability,
    })),
  };
};
