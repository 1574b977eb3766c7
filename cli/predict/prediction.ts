import type { ExplainedScore, FeatureContribution } from '../../model/explain.ts';
import type { SimilarTicket } from '../../model/past-tickets.ts';
import type { FailedPrediction, LabelProbability, RoutingPrediction } from '../../model/predict-routing.ts';

/** What a model made of one ticket, as it is printed with --json. */
export type TicketPrediction = PredictedTicket | { readonly row: number; readonly error: FailedPrediction['error'] };

export interface PredictedTicket {
  readonly row: number;
  readonly heads: Readonly<Record<string, PredictedHead>>;
  /** Up to three training tickets that the text resembles, the most similar first. */
  readonly similar: readonly SimilarTicket[];
  /** Language tag; left out where it cannot be told. */
  readonly language?: string;
  /** False where it is one that the model's encoder does not know. */
  readonly knownLanguage?: boolean;
}

/** The contributions of `why`, `others` and `remainder` add up to `score`. */
export interface PredictedHead extends LabelProbability, ExplainedScore {
  /** True where the ticket would go by itself: as sure as the threshold asks, and of a known kind. */
  readonly sure: boolean;
  readonly threshold: number;
  /** True where the text is unlike anything that the model was trained on. */
  readonly outOfScope: boolean;
  readonly alternatives: readonly LabelProbability[];
  /** The five words and phrases of the text that weigh most, for the label (above 0) or against it. */
  readonly why: readonly FeatureContribution[];
}

/** @param row of the file, or which of the given texts it is, from 1 */
export const predictionOf = (row: number, predicted: RoutingPrediction | FailedPrediction): TicketPrediction =>
  'error' in predicted
    ? { row, error: predicted.error }
    : {
        row,
        heads: Object.fromEntries(
          Object.entries(predicted.heads).map(([name, { label, probability, alternatives, known, threshold }]) => [
            name,
            {
              label,
              probability,
              sure: known && probability >= threshold,
              threshold,
              outOfScope: !known,
              alternatives,
              why: predicted.explanation[name]!,
              ...predicted.explained[name]!,
            },
          ]),
        ),
        similar: predicted.similar,
        ...(predicted.language !== undefined && { language: predicted.language }),
        ...(predicted.knownLanguage !== undefined && { knownLanguage: predicted.knownLanguage }),
      };
