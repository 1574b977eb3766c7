import { createHash } from 'node:crypto';
import { sealArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { float32Bytes } from './bytes.ts';
import { cardFiles } from './card/card.ts';
import type { Encoder } from './encoder/open-encoder.ts';
import { encodeExamples } from './encodings/encode-examples.ts';
import { encodingsInMemory } from './encodings/encoding-store.ts';
import type { EncodingStore } from './encodings/encoding-store.ts';
import { recordEncodedHistory } from './encodings/encoded-history.ts';
import { TrainingDataError } from './errors.ts';
import { inCanonicalOrder, summariseData } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { chooseClasses } from './head-classes.ts';
import { trainHead } from './head-training.ts';
import type { TrainedHead, ViewedTexts } from './head-training.ts';
import { normaliseText } from './grams.ts';
import { detectLanguage } from './language/detect-language.ts';
import { knowsLanguage } from './language/knows-language.ts';
import { CODE_VERSION, FORMAT_VERSION } from './manifest.ts';
import { networkFiles } from './network/network-files.ts';
import { pastTicketFiles, rememberTickets } from './past-tickets.ts';
import { byCodeUnits } from './random.ts';
import { centroidsFile, headPrefix, statesPrefix } from './routing-model.ts';
import { fitAndPlaceEncoded, placeEncoded, weighEncoded } from './space/place-encoded.ts';
import { spaceFiles } from './space/space-files.ts';
import { keepStates } from './space/standardized-states.ts';
import type { ArtifactFiles, OnProgress, Vectorizer } from './stages.ts';
import { openSecondThread } from './threads/second-thread.ts';
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
  /** Holds what was encoded before, and what is now. @default nothing, and in memory */
  readonly encodings?: EncodingStore | undefined;
}

/**
 * Trains one calibrated stack of classifiers a head over one shared space. The order of the examples does not matter; the same
 * examples, seed, encoder and machine give the same bytes, whatever of them had been encoded before.
 * @throws TrainingDataError where there is no text, no label, one text only, or a head has fewer than two labels with at least two examples
 */
export const trainRouting = async (
  training: RoutingTraining,
  encoder: Encoder,
  onProgress: OnProgress = () => {},
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
  if (new Set(examples.map(({ text }) => normaliseText(text).trim())).size === 1)
    throw new TrainingDataError(
      `The ${examples.length} training examples all have the same text, so nothing can be learned from it; check which column holds the text.`,
    );

  const texts = examples.map(({ text }) => text);
  const vectorizer = fitTfidf(texts);
  const store = training.encodings ?? encodingsInMemory();
  const total = examples.length + validation.length;
  const encoded = await encodeExamples(encoder, examples, store, (done, _, takenUp) =>
    onProgress({ stage: 'reading', done, total, takenUp }),
  );
  const validationEncoded = await encodeExamples(encoder, validation, store, (done, _, takenUp) =>
    onProgress({
      stage: 'reading',
      done: examples.length + done,
      total,
      takenUp: examples.length - encoded.encodedNow + takenUp,
    }),
  );
  await encoder.rest();
  recordEncodedHistory(store, encoder, [...examples, ...validation], [encoded, validationEncoded]);
  const labels = examples.map((example) => example.labels);
  const spaced = await fitAndPlaceEncoded({ encoder, encoded, vectorizer, texts, labels, seed: training.seed });
  const { space } = spaced;
  const past = rememberTickets(examples, spaced.short, space.shortDimension, training.seed);
  const validationStates = keepStates(space.states, validation.length);
  const validationTexts = validation.map(({ text }) => text);
  const validated = await placeEncoded(
    weighEncoded(encoder, validationEncoded, validationTexts, space.subjects),
    vectorizer,
    space,
    validationTexts,
    validationStates,
  );
  const spoken = (texts: readonly TrainingExample[]): Pick<ViewedTexts, 'languages' | 'foreign'> => {
    const languages = texts.map(({ text }) => detectLanguage(text));
    return { languages, foreign: languages.map((language) => !knowsLanguage(encoder.manifest.languages, language)) };
  };
  const seen: ViewedTexts = {
    examples,
    dense: spaced.rows,
    terms: spaced.terms,
    states: spaced.states,
    ...spoken(examples),
  };
  const unseen: ViewedTexts = {
    examples: validation,
    dense: validated.rows,
    terms: validated.terms,
    states: validationStates,
    ...spoken(validation),
  };

  const thread = openSecondThread(1);
  const trained: (TrainedHead & { readonly name: string })[] = [];
  try {
    for (const head of heads) {
      const onShare = (share: number): void =>
        onProgress({ stage: `head ${head.name}`, done: Math.round((trained.length + share) * 100), total: heads.length * 100 });
      onShare(0);
      await nextTurn();
      trained.push({
        name: head.name,
        ...(await trainHead({
          head,
          training: seen,
          validation: unseen,
          inputs: space.dimension,
          width: vectorizer.width,
          seed: training.seed,
          targetAccuracy: training.targetAccuracy ?? DEFAULT_TARGET_ACCURACY,
          thread,
          onShare,
        })),
      });
    }
  } finally {
    await thread?.close();
  }
  onProgress({ stage: 'done', done: 1, total: 1 });

  const shared = spaceFiles(space);
  const manifest = {
    formatVersion: FORMAT_VERSION,
    kind: 'routing',
    version: training.version,
    createdFrom: summariseData(examples),
    seed: training.seed,
    codeVersion: CODE_VERSION,
    encoder: { name: encoder.manifest.name, version: encoder.manifest.version, hash: encoder.hash },
    embedding: { dimension: space.shortDimension, space: nameOfSpace(shared, vectorizer, encoder), family: encoder.hash },
    heads: Object.fromEntries(trained.map((head) => [head.name, head.manifest])),
    topics: [],
    metrics: Object.fromEntries(trained.map(({ name, metrics }) => [name, metrics])),
  } as const;
  return sealArtifact(
    manifest,
    new Map([
      ...vectorizer.files(),
      ...shared,
      ...pastTicketFiles(past),
      ...trained.flatMap(({ linear, network, statesNetwork, centroids }, index) => [
        ...linear.files(headPrefix(index)),
        ...networkFiles(headPrefix(index), network),
        ...networkFiles(statesPrefix(index), statesNetwork),
        [centroidsFile(index), float32Bytes(centroids)] as const,
      ]),
      ...cardFiles(manifest, new Map(trained.map(({ name, evaluation }) => [name, evaluation])), encoder.manifest.languages),
    ]),
  );
};

/** Embeddings are comparable only where everything that shapes their values is the same. */
const nameOfSpace = (space: ArtifactFiles, vectorizer: Vectorizer, encoder: Encoder): string => {
  const hash = createHash('sha256').update(encoder.hash);
  for (const files of [space, vectorizer.files()]) for (const [, bytes] of files) hash.update(bytes);
  return `tickets-${hash.digest('hex').slice(0, 16)}`;
};

/** Lets waiting input and output (a health check, a signal) have its turn between long computations. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
