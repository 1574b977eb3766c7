/** Text into the token ids of an encoder's graph. */
export interface Tokenizer {
  /** The ids of the text's tokens, however many, without what frames them; none for a text without a character other than white space. */
  readonly encode: (text: string) => Int32Array;
  /** Ids that stand before and after the tokens of whatever the graph reads, such as BERT's [CLS] and [SEP]. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}
