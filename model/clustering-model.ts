import { fileOf, readArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { float32Of } from './bytes.ts';
import { ArtifactError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { nearestCentroid } from './nearest-centroid.ts';
import type { FailedPrediction } from './predict-routing.ts';

export const CENTROIDS = 'centroids.f32';
export const MARKS = 'marks.f32';
/** Lengths of embeddings that have passed through float32 lie this near to 1. */
const UNIT_TOLERANCE = 1e-3;

export interface ClusteringModel {
  readonly manifest: Manifest;
  /** topics × dimension, rows L2-normalised, in the manifest's order of topics. */
  readonly centroids: Float32Array;
  /** topics × the encoder's dimension: what a topic is recognised by in a later map, see recognitionMarks. */
  readonly marks: Float32Array;
}

export interface ClusteringInstance {
  readonly id: string;
  readonly embedding: Float32Array;
  readonly embeddingSpace: string;
}

export interface TopicPrediction {
  readonly id: string;
  /** Null where the ticket is too far from every topic. */
  readonly topic: { readonly id: string; readonly label: string; readonly similarity: number } | null;
  /** The topic with the largest cosine similarity, whether or not it is near enough; null where the map has no topic. */
  readonly nearest: { readonly id: string; readonly similarity: number } | null;
}

/** @throws ArtifactError */
export const loadClustering = (folder: string): ClusteringModel => openClustering(readArtifact(folder, 'clustering'));

/** @throws ArtifactError where files do not fit together */
export const openClustering = (artifact: Artifact): ClusteringModel => {
  const { manifest } = artifact;
  const centroids = float32Of(fileOf(artifact, CENTROIDS));
  if (centroids.length !== manifest.topics.length * manifest.embedding.dimension)
    throw new ArtifactError(
      `${CENTROIDS} has ${centroids.length} values for ${manifest.topics.length} topics of ${manifest.embedding.dimension} dimensions; the model is damaged.`,
    );
  return { manifest, centroids, marks: float32Of(fileOf(artifact, MARKS)) };
};

/**
 * Assigns each embedding to the topic of its nearest centroid by cosine similarity, or to none below that topic's threshold.
 * A pure function of the artifact. An embedding of all zeros (a text without known features) belongs to none.
 * @returns one entry an instance, in their order; an embedding of another space, length or norm fails alone
 */
export const assignTopics = (
  model: ClusteringModel,
  instances: readonly ClusteringInstance[],
): readonly (TopicPrediction | FailedPrediction)[] => instances.map((instance) => assignTopic(model, instance));

const assignTopic = (
  { manifest, centroids }: ClusteringModel,
  { id, embedding, embeddingSpace }: ClusteringInstance,
): TopicPrediction | FailedPrediction => {
  const { dimension, space } = manifest.embedding;
  if (embeddingSpace !== space)
    return failed(
      id,
      'EmbeddingSpaceMismatch',
      `The embedding is of space "${embeddingSpace}"; this model's topics are of "${space}".`,
    );
  if (embedding.length !== dimension)
    return failed(id, 'InvalidEmbedding', `The embedding has ${embedding.length} values; ${dimension} are needed.`);
  const squares = embedding.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return { id, topic: null, nearest: null };
  if (!(Math.abs(Math.sqrt(squares) - 1) <= UNIT_TOLERANCE))
    return failed(id, 'InvalidEmbedding', 'The embedding is not of length 1; send it as the routing model gave it.');
  const { topic, similarity } = nearestCentroid(embedding, 0, centroids, dimension);
  const found = manifest.topics[topic];
  if (found === undefined) return { id, topic: null, nearest: null };
  return {
    id,
    topic: similarity >= found.minSimilarity ? { id: found.id, label: found.label, similarity } : null,
    nearest: { id: found.id, similarity },
  };
};

const failed = (id: string, code: string, message: string): FailedPrediction => ({ id, error: { code, message } });
