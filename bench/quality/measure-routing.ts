import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateHead } from '../../model/evaluate/evaluate-head.ts';
import type { HeadQuality } from '../../model/evaluate/evaluate-head.ts';
import { aurocOf, recallAtInScopeAccuracy, scopeAtFloor, scopeCurve } from '../../model/evaluate/out-of-scope.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { mostLikely } from '../../model/ranking.ts';
import { loadRouting } from '../../model/routing-model.ts';
import { scoreTexts } from '../../model/score-texts.ts';
import type { HeadScores } from '../../model/score-texts.ts';
import { trainFolder } from '../../model/train.ts';
import type { QualitySplit } from './quality-sets.ts';

const HEAD = 'intent';
const FIRST_TIME_MS = Date.UTC(2026, 0, 1);
/** In-scope accuracies at which the recall is given; 96.2 and 96.7 are those of BERT in Larson et al. 2019. */
const CURVE_ACCURACIES = [0.9, 0.92, 0.94, 0.95, 0.955, 0.96, 0.962, 0.965, 0.967, 0.97, 0.975];
const COMPARED_ACCURACY = 0.95;

export interface ScopeMeasurement {
  readonly n: number;
  readonly auroc: number;
  /** At the best floor for it on these texts; undefined where the accuracy is never reached. */
  readonly recallAt95: number | undefined;
  /** At the floor stored in the model. */
  readonly inScopeAccuracy: number;
  readonly recall: number;
  /** Rejections count as errors. */
  readonly curve: readonly { readonly inScopeAccuracy: number; readonly recall: number }[];
}

export interface RoutingMeasurement extends HeadQuality {
  readonly seed: number;
  readonly trained: number;
  readonly trainSeconds: number;
  readonly outOfScope: ScopeMeasurement | undefined;
}

/** Trains on a split through the public way, over folders, and judges the model that was written. */
export const measureRouting = async (
  split: QualitySplit,
  seed: number,
  onProgress: (what: string) => void,
  encoderFolder: string = useLiteFolder(),
): Promise<RoutingMeasurement> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-quality-'));
  try {
    const encoder = await openEncoder(encoderFolder);
    writeChannel(join(folder, 'input', 'training'), split);
    const started = performance.now();
    await trainFolder(
      join(folder, 'input'),
      join(folder, 'model'),
      { kind: 'routing', version: '1', seed: String(seed) },
      encoder,
      ({ stage }) => onProgress(`training: ${stage}`),
    );
    const trainSeconds = (performance.now() - started) / 1_000;
    const model = await loadRouting(join(folder, 'model'), encoder);
    onProgress('scoring');
    const texts = split.judged.map(({ text }) => text);
    const scores = (await scoreTexts(model, texts)).get(HEAD)!;
    const strange = (await scoreTexts(model, split.outOfScope)).get(HEAD)!;
    const actual = split.judged.map(({ label }) => label);
    const { thresholdAt95 } = model.manifest.heads[HEAD]!;
    const quality = evaluateHead({ labels: scores.labels, probabilities: scores.probabilities, actual, thresholdAt95 });
    return {
      seed,
      trained: split.train.length,
      trainSeconds,
      n: quality.n,
      accuracy: quality.accuracy,
      macroF1: quality.macroF1,
      ece: quality.ece,
      eceIfCalibrated: quality.eceIfCalibrated,
      brier: quality.brier,
      coverageAt95: quality.coverageAt95,
      accuracyAt95: quality.accuracyAt95,
      aurc: quality.aurc,
      outOfScope: split.outOfScope.length === 0 ? undefined : measureScope(scores, actual, strange),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const measureScope = (scores: HeadScores, actual: readonly string[], strange: HeadScores): ScopeMeasurement => {
  const { labels, probabilities } = scores;
  const right = actual.map((label, row) => labels[mostLikely(probabilities, row * labels.length, labels.length)] === label);
  const given = { inScope: scores.familiarity, right, outOfScope: strange.familiarity };
  const curve = scopeCurve(given);
  const { inScopeAccuracy, recall } = scopeAtFloor(given, scores.familiarityFloor);
  return {
    n: strange.familiarity.length,
    auroc: aurocOf(given.inScope, given.outOfScope)!,
    recallAt95: recallAtInScopeAccuracy(curve, COMPARED_ACCURACY),
    inScopeAccuracy,
    recall,
    curve: CURVE_ACCURACIES.flatMap((target) => {
      const reached = recallAtInScopeAccuracy(curve, target);
      return reached === undefined ? [] : [{ inScopeAccuracy: target, recall: reached }];
    }),
  };
};

const writeChannel = (folder: string, { train, unlabelled, validation }: QualitySplit): void => {
  mkdirSync(folder, { recursive: true });
  const lines = (name: string, texts: readonly { readonly text: string; readonly label?: string }[]): readonly string[] =>
    texts.map(({ text, label }, index) => {
      const example: TrainingExample = {
        ticketId: `${name}-${String(index).padStart(6, '0')}`,
        time: new Date(FIRST_TIME_MS + index * 60_000).toISOString(),
        text,
        labels: label === undefined ? {} : { [HEAD]: label },
      };
      return `${JSON.stringify(example)}\n`;
    });
  const history = [
    ...lines('labelled', train),
    ...lines(
      'unlabelled',
      unlabelled.map((text) => ({ text })),
    ),
  ];
  writeFileSync(join(folder, 'train.jsonl'), history.join(''));
  writeFileSync(join(folder, 'validation.jsonl'), lines('validation', validation).join(''));
};
