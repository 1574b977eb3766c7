import type { FailedPrediction, RoutingPrediction } from '../contracts/scoring.ts';
import { currentPredictions } from '../labels/current-prediction.ts';
import type { LabelMap } from '../labels/label-map.ts';
import type { RoutingScorer } from '../route/scorer.ts';
import type { Snapshots } from './snapshots.ts';
import type { EvaluateInput, Evaluation } from './steps.ts';
import { MAIN_HEAD, trainingExampleSchema } from './training-example.ts';
import type { TrainingExample } from './training-example.ts';

export type Predictions = ReadonlyMap<string, RoutingPrediction | FailedPrediction>;

/**
 * Compares two models, ticket by ticket, on the team that people chose. Thresholds play no part: it is the label that is right or
 * wrong, so that a model cannot win by abstaining. A ticket that a model could not score counts as wrong for that model.
 * @param champion null before there is one: then nothing is right for it
 */
export function compare(examples: readonly TrainingExample[], challenger: Predictions, champion: Predictions | null): Evaluation {
  const judged = examples.filter(({ labels }) => labels[MAIN_HEAD] !== undefined);
  const team: Record<string, number> = {};
  const tally = { n: judged.length, failed: 0, onlyChampionRight: 0, onlyChallengerRight: 0, bothRight: 0, neitherRight: 0 };
  for (const { ticketId, labels } of judged) {
    const truth = labels[MAIN_HEAD] ?? '';
    team[truth] = (team[truth] ?? 0) + 1;
    const said = challenger.get(ticketId);
    if (said === undefined || 'error' in said) tally.failed += 1;
    const challengerRight = teamOf(said) === truth;
    const championRight = champion !== null && teamOf(champion.get(ticketId)) === truth;
    if (challengerRight && championRight) tally.bothRight += 1;
    else if (challengerRight) tally.onlyChallengerRight += 1;
    else if (championRight) tally.onlyChampionRight += 1;
    else tally.neitherRight += 1;
  }
  return { ...tally, labelCounts: { team } };
}

/** The team that a model named, sure of it or not; undefined where it could not say. */
export const teamOf = (prediction: RoutingPrediction | FailedPrediction | undefined): string | undefined =>
  prediction === undefined || 'error' in prediction ? undefined : prediction.heads[MAIN_HEAD]?.label;

export interface EvaluateDeps {
  readonly snapshots: Pick<Snapshots, 'readLines'>;
  readonly scorer: RoutingScorer;
  /** The test tickets have labels of today; the champion may know them by former ones. */
  readonly labels: LabelMap;
}

/**
 * Scores a batch of test tickets through the endpoints of both versions, as tickets are scored in life.
 * @throws ScoringUnavailableError where an endpoint does not answer: half a comparison is none
 */
export const evaluateBatch =
  ({ snapshots, scorer, labels }: EvaluateDeps) =>
  async ({ batch, version, champion }: EvaluateInput, signal: AbortSignal): Promise<Evaluation> => {
    const lines = await snapshots.readLines(batch);
    const examples = lines.map((line) => trainingExampleSchema.parse(JSON.parse(line)));
    const instances = examples.map(({ ticketId, text }) => ({ id: ticketId, text }));
    const [challenger, incumbent] = await Promise.all([
      scorer.score(version, instances, signal),
      champion === null ? null : scorer.score(champion, instances, signal),
    ]);
    return compare(
      examples,
      currentPredictions(labels, challenger.predictions),
      incumbent && currentPredictions(labels, incumbent.predictions),
    );
  };
