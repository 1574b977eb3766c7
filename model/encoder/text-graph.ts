/** What a graph says of n rows of tokens. */
export interface GraphAnswer {
  /** n × dimension, rows of unit length. */
  readonly embedding: Float32Array;
  /** n × the sum of the manifest's hidden sizes. */
  readonly hidden: Float32Array;
}

/** An encoder's graph, behind which the kinds of graphs are alike. */
export interface TextGraph {
  /**
   * @param rows token ids of each row, at least one, from the shortest row to the longest
   * @throws OnnxError
   */
  readonly run: (rows: readonly Int32Array[]) => Promise<GraphAnswer>;
  readonly release: () => Promise<void>;
}
