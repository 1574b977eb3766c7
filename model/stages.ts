import type { SparseRows } from './sparse.ts';

/** Binary files of an artifact by name; little-endian. */
export type ArtifactFiles = ReadonlyMap<string, Uint8Array>;

/** `done` of `total` steps of a stage of a training. */
export interface TrainingProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Of texts read: so many of the done had been encoded by an earlier training. */
  readonly takenUp?: number;
}

/** Called now and then while a model is trained. */
export type OnProgress = (progress: TrainingProgress) => void;

/** Turns texts into sparse feature rows that all heads share. */
export interface Vectorizer {
  readonly name: string;
  /** Number of features: column indices are below it. */
  readonly width: number;
  /** One L2-normalised row a text; an empty row where the text has no known feature. */
  readonly vectorize: (texts: readonly string[]) => SparseRows;
  /** The text's tokens, and the features that stand in each. */
  readonly dissect: (text: string) => DissectedText;
  readonly files: () => ArtifactFiles;
}

export interface DissectedText {
  /** What white space separates in the normalised text, in its order. */
  readonly tokens: readonly string[];
  /** Its row as of `vectorize`: feature → value. */
  readonly row: ReadonlyMap<number, number>;
  /**
   * Splits Σ value × weightOf(feature) over the tokens: a pair of words goes to the tokens of both, half to each.
   * @returns one a token
   */
  readonly attribute: (weightOf: (feature: number) => number) => Float64Array;
}

/** Linear scores of a head; higher is more likely, on no fixed scale. */
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

/** Groups unit vectors: the group of each, numbered from 0; -1 for one that belongs to none. */
export type ClusterEmbeddings = (
  embeddings: Float32Array,
  options: { readonly dimension: number; readonly minTopicSize: number; readonly seed: number },
) => Promise<Int32Array>;

/** Names each group by phrases that tell it from the others, best first. `groups` as of ClusterEmbeddings. */
export type NameGroups = (texts: readonly string[], groups: Int32Array, groupCount: number) => readonly (readonly string[])[];

export interface ClusteringStages {
  readonly cluster: ClusterEmbeddings;
  readonly nameGroups: NameGroups;
}
