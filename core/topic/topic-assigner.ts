import type { FailedPrediction, ServedModel, TopicPrediction } from '../contracts/scoring.ts';

/** A clustering model's version, asked over the scoring contract. */
export interface TopicAssigner {
  /**
   * @param instances with distinct ids
   * @returns one entry for every instance, a failure where the model could not place it
   * @throws ScoringUnavailableError where no answer was to be had for the whole call
   */
  assign(
    version: number,
    instances: readonly { readonly id: string; readonly embedding: string; readonly embeddingSpace: string }[],
    signal: AbortSignal,
  ): Promise<{ readonly model: ServedModel; readonly predictions: ReadonlyMap<string, TopicPrediction | FailedPrediction> }>;
}
