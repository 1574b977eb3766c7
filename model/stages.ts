import type { SparseRows } from './sparse.ts';

/** Binary files of an artifact by name; little-endian. */
export type ArtifactFiles = ReadonlyMap<string, Uint8Array>;

/** Called now and then while a model is trained; `done` of `total` steps of a stage. */
export type OnProgress = (progress: { readonly stage: string; readonly done: number; readonly total: number }) => void;

/** Turns texts into sparse feature rows that all heads share. */
export interface Encoder {
  readonly name: string;
  /** Number of features: column indices are below it. */
  readonly width: number;
  /** The term of each feature, unique. */
  readonly terms: readonly string[];
  /** Identifies what the values of a row mean; two encoders of the same fingerprint give the same rows. */
  readonly fingerprint: string;
  /** One L2-normalised row a text; an empty row where the text has no known feature. */
  readonly encode: (texts: readonly string[]) => SparseRows;
  /** Splits Σ value × weightOf(feature) over what a reader sees in the text: words, pairs of words, other pieces. */
  readonly attribute: (text: string, weightOf: (feature: number) => number) => ReadonlyMap<string, number>;
  readonly files: () => ArtifactFiles;
}

export type FitEncoder = (texts: readonly string[]) => Encoder;

/** Scores of a head; higher is more likely, on no fixed scale. */
export interface Classifier {
  readonly classCount: number;
  /** rows × classCount, row by row. */
  readonly score: (rows: SparseRows) => Float32Array;
  /** The weight of a feature for a class less its mean over the classes. */
  readonly relativeWeight: (feature: number, label: number) => number;
  /** The same for the constant feature. */
  readonly relativeBias: (label: number) => number;
  readonly files: (prefix: string) => ArtifactFiles;
}

export interface ClassifierData {
  readonly rows: SparseRows;
  /** Number of columns of `rows`. */
  readonly width: number;
  /** Class of each row, 0..classCount-1. */
  readonly classes: Int32Array;
  readonly classCount: number;
  readonly seed: number;
}

export type TrainClassifier = (data: ClassifierData) => Classifier;

/** Finds the temperature that turns scores into probabilities by softmax(score / temperature). */
export type FitTemperature = (scores: Float32Array, classes: Int32Array, classCount: number) => number;

/** Turns feature rows into dense unit vectors of a named space. */
export interface Embedder {
  readonly dimension: number;
  /** Vectors are comparable only within one space. */
  readonly space: string;
  /** Spaces of one family differ only in how terms are weighted: near enough to recognise a topic of an earlier version. */
  readonly family: string;
  /** rows × dimension, rows L2-normalised (all zero where a row is empty). */
  readonly embed: (rows: SparseRows) => Float32Array;
  readonly files: () => ArtifactFiles;
}

/** `rows` are those of the training texts. */
export type FitEmbedder = (encoder: Encoder, rows: SparseRows, seed: number) => Embedder;

export interface RoutingStages {
  readonly fitEncoder: FitEncoder;
  readonly trainClassifier: TrainClassifier;
  readonly fitTemperature: FitTemperature;
  readonly fitEmbedder: FitEmbedder;
}

/** Groups unit vectors: the group of each, numbered from 0; -1 for one that belongs to none. */
export type ClusterEmbeddings = (
  embeddings: Float32Array,
  options: { readonly dimension: number; readonly minTopicSize: number },
) => Int32Array;

/** Names each group by phrases that tell it from the others, best first. `groups` as of ClusterEmbeddings. */
export type NameGroups = (texts: readonly string[], groups: Int32Array, groupCount: number) => readonly (readonly string[])[];

export interface ClusteringStages {
  readonly cluster: ClusterEmbeddings;
  readonly nameGroups: NameGroups;
}
