import type { SparseRows } from '../sparse.ts';

/** What is known of n texts before anything is learned from labels. */
export interface TextFeatures {
  readonly count: number;
  /** n × the encoder's dimension, rows of unit length; zeros for a text without tokens. */
  readonly embedding: Float32Array;
  /** n × the sum of the sizes of the encoder's hidden states. */
  readonly hidden: Float32Array;
  /** n TF-IDF rows. */
  readonly terms: SparseRows;
}
