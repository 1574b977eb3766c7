import { sealArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { float32Bytes } from './bytes.ts';
import { cardFiles } from './card/card.ts';
import { nameOf } from './cluster/describe-clusters.ts';
import { findClusters, MOST_CLUSTERED } from './cluster/find-clusters.ts';
import { encodeExamples } from './encodings/encode-examples.ts';
import { encodingsInMemory } from './encodings/encoding-store.ts';
import type { EncodingStore } from './encodings/encoding-store.ts';
import { CENTROIDS, MARKS } from './clustering-model.ts';
import type { ClusteringModel } from './clustering-model.ts';
import { TrainingDataError } from './errors.ts';
import { inCanonicalOrder, summariseData } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { foreignLanguages } from './language/group-languages.ts';
import { CODE_VERSION, FORMAT_VERSION } from './manifest.ts';
import { nearestCentroid } from './nearest-centroid.ts';
import { nameByPhrases } from './phrases.ts';
import { placeEncoded, weighEncoded } from './space/place-encoded.ts';
import { recognitionMarks } from './recognition-marks.ts';
import { gatherRows } from './gather-rows.ts';
import { quantileOf } from './quantile.ts';
import { samplePositions } from './random.ts';
import type { RoutingModel } from './routing-model.ts';
import type { ClusteringStages, OnProgress } from './stages.ts';
import { silhouetteOf } from './cluster/silhouette.ts';
import { assignTopicIds } from './topic-ids.ts';
import type { PreviousTopics } from './topic-ids.ts';

export const DEFAULT_MIN_TOPIC_SIZE = 5;
/** The rest are assigned to the topics found, as new tickets are. */
const LARGEST_SAMPLE = MOST_CLUSTERED;
/** Share of a topic's own tickets that may lie below its similarity threshold. */
const OUTLIER_QUANTILE = 0.1;

export interface ClusteringTraining {
  readonly version: string;
  readonly examples: readonly TrainingExample[];
  /** Its encoder and embedding are those that tickets arrive with. */
  readonly routing: RoutingModel;
  /** 0..2³²-1 */
  readonly seed: number;
  /** Smaller groups are no topic. @default DEFAULT_MIN_TOPIC_SIZE */
  readonly minTopicSize?: number | undefined;
  /** An earlier map whose topics keep their ids; not used where its embeddings are of another family. */
  readonly previous?: ClusteringModel | undefined;
  /** Holds what was encoded before, and what is now. @default nothing, and in memory */
  readonly encodings?: EncodingStore | undefined;
}

export const defaultClusteringStages: ClusteringStages = {
  cluster: async (rows, { dimension, minTopicSize: minSize, seed }) =>
    (await findClusters({ rows, dimension, minSize, seed })).ofRow,
  nameGroups: nameByPhrases,
};

/**
 * Finds the topics of the training tickets. Neither their order nor their labels matter; the same tickets and seed give the same
 * bytes. A map without topics is a valid outcome (few or unlike tickets).
 * @throws TrainingDataError where no ticket has text that the routing model knows
 */
export const trainClustering = async (
  training: ClusteringTraining,
  onProgress: OnProgress = () => {},
  stages: ClusteringStages = defaultClusteringStages,
): Promise<Artifact> => {
  const { routing, seed } = training;
  const dimension = routing.space.shortDimension;
  onProgress({ stage: 'embeddings', done: 0, total: 3 });
  const all = inCanonicalOrder(training.examples);
  const encoded = await encodeExamples(routing.encoder, all, training.encodings ?? encodingsInMemory(), (done, total, takenUp) =>
    onProgress({ stage: 'reading', done, total, takenUp }),
  );
  const texts = all.map(({ text }) => text);
  const placed = await placeEncoded(
    weighEncoded(routing.encoder, encoded, texts, routing.space.subjects),
    routing.vectorizer,
    routing.space,
    texts,
  );
  const positions = Int32Array.from(all.keys()).filter((position) => !placed.blank[position]);
  const known = Array.from(positions, (position) => all[position]!);
  if (known.length === 0)
    throw new TrainingDataError(
      `None of the ${training.examples.length} training examples has text that the routing model knows; check the data.`,
    );
  const embeddings = gatherRows(placed.short, positions, dimension);

  onProgress({ stage: 'clusters', done: 1, total: 3 });
  await new Promise((resolve) => setImmediate(resolve));
  const sample = samplePositions(known.length, LARGEST_SAMPLE, seed);
  const sampled = gatherRows(embeddings, sample, dimension);
  const groups = await stages.cluster(sampled, {
    dimension,
    minTopicSize: training.minTopicSize ?? DEFAULT_MIN_TOPIC_SIZE,
    seed,
  });
  const found = summariseGroups(sampled, groups, dimension);

  onProgress({ stage: 'names', done: 2, total: 3 });
  const sampledTexts = Array.from(sample, (position) => known[position]!.text);
  const phrases = stages.nameGroups(sampledTexts, groups, found.minSimilarities.length);
  const { languages } = routing.encoder.manifest;
  const foreign = foreignLanguages(sampledTexts, groups, found.minSimilarities.length, languages);
  const { embedding } = await encoded.gather(sample.map((position) => positions[position]!));
  const marks = recognitionMarks(embedding, routing.encoder.manifest.dimension, groups, found.minSimilarities.length);
  const ids = assignTopicIds(marks, routing.encoder.manifest.dimension, previousTopics(training.previous, routing));
  const sizes = countMembers(embeddings, found, dimension);
  onProgress({ stage: 'done', done: 3, total: 3 });

  const manifest = {
    formatVersion: FORMAT_VERSION,
    kind: 'clustering',
    version: training.version,
    createdFrom: summariseData(all),
    seed,
    codeVersion: CODE_VERSION,
    encoder: routing.manifest.encoder,
    embedding: routing.manifest.embedding,
    heads: {},
    topics: ids.map((id, topic) => ({
      id,
      label: nameOf(phrases[topic]![0] ?? `topic ${id.slice(2)}`, foreign[topic]),
      phrases: phrases[topic]!,
      size: sizes[topic]!,
      minSimilarity: found.minSimilarities[topic]!,
    })),
    metrics: {
      clustering: {
        split: 'train',
        count: known.length,
        sampled: sample.length,
        topics: ids.length,
        covered: groups.reduce((sum, group) => sum + (group === -1 ? 0 : 1), 0) / sample.length,
        silhouette: silhouetteOf(sampled, groups, dimension),
      },
    },
  } as const;
  return sealArtifact(
    manifest,
    new Map([[CENTROIDS, float32Bytes(found.centroids)], [MARKS, float32Bytes(marks)], ...cardFiles(manifest, new Map())]),
  );
};

interface FoundTopics {
  readonly centroids: Float32Array;
  readonly minSimilarities: readonly number[];
}

/** Centroids, and below which similarity a ticket is unlike the members, each compared with the centroid of the others. */
const summariseGroups = (embeddings: Float32Array, groups: Int32Array, dimension: number): FoundTopics => {
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const sums = new Float64Array(groupCount * dimension);
  groups.forEach((group, row) => {
    if (group !== -1) for (let at = 0; at < dimension; at++) sums[group * dimension + at]! += embeddings[row * dimension + at]!;
  });
  const similarities = Array.from({ length: groupCount }, (): number[] => []);
  groups.forEach((group, row) => {
    if (group === -1) return;
    let product = 0;
    let squares = 0;
    for (let at = 0; at < dimension; at++) {
      const others = sums[group * dimension + at]! - embeddings[row * dimension + at]!;
      product += others * embeddings[row * dimension + at]!;
      squares += others * others;
    }
    if (squares > 0) similarities[group]!.push(product / Math.sqrt(squares));
  });
  const centroids = new Float32Array(groupCount * dimension);
  for (let group = 0; group < groupCount; group++) {
    const sum = sums.subarray(group * dimension, (group + 1) * dimension);
    const length = Math.hypot(...sum) || 1;
    for (let at = 0; at < dimension; at++) centroids[group * dimension + at] = sum[at]! / length;
  }
  return { centroids, minSimilarities: similarities.map((values) => quantileOf(values, OUTLIER_QUANTILE)) };
};

/** Members among all tickets, by the rule that new tickets are assigned by. */
const countMembers = (embeddings: Float32Array, { centroids, minSimilarities }: FoundTopics, dimension: number): Int32Array => {
  const sizes = new Int32Array(minSimilarities.length);
  for (let row = 0; row < embeddings.length / dimension; row++) {
    const { topic, similarity } = nearestCentroid(embeddings, row, centroids, dimension);
    if (topic !== -1 && similarity >= minSimilarities[topic]!) sizes[topic]!++;
  }
  return sizes;
};

const previousTopics = (previous: ClusteringModel | undefined, routing: RoutingModel): PreviousTopics | undefined =>
  previous !== undefined && previous.manifest.embedding.family === routing.manifest.embedding.family
    ? { ids: previous.manifest.topics.map(({ id }) => id), centroids: previous.marks }
    : undefined;
