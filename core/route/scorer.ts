import type { FailedPrediction, RoutingPrediction, ServedModel } from '../contracts/scoring.ts';

/** A routing model's version, asked over the scoring contract. */
export interface RoutingScorer {
  /**
   * @param instances with distinct ids
   * @returns one entry for every instance, a failure where the model could not score it
   * @throws ScoringUnavailableError where no answer was to be had for the whole call
   */
  score(
    version: number,
    instances: readonly { readonly id: string; readonly text: string }[],
    signal: AbortSignal,
  ): Promise<{ readonly model: ServedModel; readonly predictions: ReadonlyMap<string, RoutingPrediction | FailedPrediction> }>;
}
