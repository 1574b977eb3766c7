import { sealArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { cardFiles } from './card/card.ts';
import { TrainingDataError } from './errors.ts';
import { inCanonicalOrder, summariseData } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { chooseClasses, trainHead } from './head-training.ts';
import { fitTemperature } from './calibrate.ts';
import { trainLinearSvm } from './linear-svm.ts';
import { FORMAT_VERSION } from './manifest.ts';
import { byCodeUnits } from './random.ts';
import { headPrefix } from './routing-model.ts';
import { fitSignProjection } from './sign-projection.ts';
import type { OnProgress, RoutingStages } from './stages.ts';
import { fitTfidf } from './tfidf.ts';

/** Accuracy that is asked of what is automated; a person sees the rest. */
export const DEFAULT_TARGET_ACCURACY = 0.9;

export interface RoutingTraining {
  readonly version: string;
  readonly examples: readonly TrainingExample[];
  /** Held-out examples; where a head has too few labels in it, a part of `examples` is held out instead. */
  readonly validation: readonly TrainingExample[];
  /** 0..2³²-1 */
  readonly seed: number;
  /** 0..1 @default DEFAULT_TARGET_ACCURACY */
  readonly targetAccuracy?: number | undefined;
}

export const defaultRoutingStages: RoutingStages = {
  fitEncoder: fitTfidf,
  trainClassifier: trainLinearSvm,
  fitTemperature,
  fitEmbedder: fitSignProjection,
};

/**
 * Trains one calibrated classifier a head over one shared encoding. The order of the examples does not matter; the same examples
 * and seed give the same bytes.
 * @throws TrainingDataError where there is no text, no label, or a head has fewer than two labels with at least two examples
 */
export const trainRouting = async (
  training: RoutingTraining,
  onProgress: OnProgress = () => {},
  stages: RoutingStages = defaultRoutingStages,
): Promise<Artifact> => {
  const examples = inCanonicalOrder(training.examples);
  const validation = inCanonicalOrder(training.validation);
  if (examples.length === 0)
    throw new TrainingDataError(
      training.examples.length === 0
        ? 'There are no training examples; give at least two of each label.'
        : `None of the ${training.examples.length} training examples has text; fill "text".`,
    );
  const names = [...new Set(examples.flatMap(({ labels }) => Object.keys(labels)))].sort(byCodeUnits);
  if (names.length === 0)
    throw new TrainingDataError(
      `None of the ${examples.length} training examples has a label; fill "labels", as {"team":"billing"}.`,
    );
  const heads = names.map((name) => ({ name, ...chooseClasses(name, examples) }));

  const steps = names.length + 1;
  onProgress({ stage: 'features', done: 0, total: steps });
  const encoder = stages.fitEncoder(examples.map(({ text }) => text));
  const rows = encoder.encode(examples.map(({ text }) => text));
  const validationRows = encoder.encode(validation.map(({ text }) => text));
  const embedder = stages.fitEmbedder(encoder, rows, training.seed);

  const trained = [];
  for (const head of heads) {
    onProgress({ stage: `head ${head.name}`, done: trained.length + 1, total: steps });
    await nextTurn();
    trained.push({
      name: head.name,
      ...trainHead({
        head,
        examples,
        rows,
        validation,
        validationRows,
        width: encoder.width,
        seed: training.seed,
        targetAccuracy: training.targetAccuracy ?? DEFAULT_TARGET_ACCURACY,
        stages,
      }),
    });
  }
  onProgress({ stage: 'done', done: steps, total: steps });

  const manifest = {
    formatVersion: FORMAT_VERSION,
    kind: 'routing',
    version: training.version,
    createdFrom: summariseData(examples),
    seed: training.seed,
    encoder: { name: encoder.name },
    embedding: { dimension: embedder.dimension, space: embedder.space, family: embedder.family },
    heads: Object.fromEntries(trained.map((head) => [head.name, head.manifest])),
    topics: [],
    metrics: Object.fromEntries(trained.map(({ name, metrics }) => [name, metrics])),
  } as const;
  return sealArtifact(
    manifest,
    new Map([
      ...encoder.files(),
      ...embedder.files(),
      ...trained.flatMap(({ classifier }, index) => [...classifier.files(headPrefix(index))]),
      ...cardFiles(manifest, new Map(trained.map(({ name, evaluation }) => [name, evaluation]))),
    ]),
  );
};

/** Lets waiting input and output (a health check, a signal) have its turn between long computations. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
