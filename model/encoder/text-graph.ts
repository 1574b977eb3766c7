/** What a graph says of n rows of tokens. */
export interface GraphAnswer {
  /** n × dimension, rows of unit length. */
  readonly embedding: Float32Array;
  /** n × the sum of the manifest's hidden sizes. */
  readonly hidden: Float32Array;
}

/** The same, with what it was pooled from. All states are n × tokens of the longest row × their size; padding is not to be read. */
export interface TokenwiseAnswer extends GraphAnswer {
  /** Of each part of the hidden states, in the manifest's order: the states that it is the mean or the maximum of. */
  readonly ofHidden: readonly Float32Array[];
  /** Missing where the embedding is no function of a mean over tokens. */
  readonly ofEmbedding?: EmbeddingOfMean;
}

/** An embedding that is computed from the mean of its tokens' states. */
export interface EmbeddingOfMean {
  readonly states: Float32Array;
  /**
   * The gradient with respect to the mean, from that with respect to the embedding; its length is taken as fixed.
   * @param gradients n × dimension
   * @returns n × the size of the states
   */
  readonly pullBack: (gradients: Float32Array) => Promise<Float32Array>;
}

/** An encoder's graph, behind which the kinds of graphs are alike. */
export interface TextGraph {
  /**
   * @param rows token ids of each row, at least one, from the shortest row to the longest
   * @throws OnnxError
   */
  readonly run: (rows: readonly Int32Array[]) => Promise<GraphAnswer>;
  /** The same with the states of each token, which cost memory: 5 KB a token with the default encoder. */
  readonly runTokenwise: (rows: readonly Int32Array[]) => Promise<TokenwiseAnswer>;
  /** `run` on another thread, which opens the same graph with the first call. @default there is one thread */
  readonly runBeside?: TextGraph['run'];
  /** Ends the other thread, until it is asked again. */
  readonly closeBeside?: () => Promise<void>;
  readonly release: () => Promise<void>;
}
