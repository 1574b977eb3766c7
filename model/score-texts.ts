import { judge, readTexts } from './routing-model.ts';
import type { RoutingModel } from './routing-model.ts';

/** Texts scored between two reports of progress; bounds what is held beside the result. */
const BATCH = 256;

/** What one head says of n texts. */
export interface HeadScores {
  readonly labels: readonly string[];
  /** n × labels, calibrated; rows sum to 1. */
  readonly probabilities: Float64Array;
  /** n values, higher is more like the training texts, on no fixed scale; -Infinity for a text without any known feature. */
  readonly familiarity: Float64Array;
  /** A text is known where its familiarity is at or above this. */
  readonly familiarityFloor: number;
}

/** Called after each batch: `done` of `total` texts. */
export type OnScored = (done: number, total: number) => void;

/**
 * The probabilities of all labels of every head, for evaluation.
 * @param texts n texts; an empty one is scored as a text without known features
 * @returns by head
 */
export const scoreTexts = async (
  model: RoutingModel,
  texts: readonly string[],
  onScored: OnScored = () => {},
): Promise<ReadonlyMap<string, HeadScores>> => {
  const scored = new Map(
    model.heads.map(({ name, manifest }) => [
      name,
      {
        labels: manifest.labels,
        probabilities: new Float64Array(texts.length * manifest.labels.length),
        familiarity: new Float64Array(texts.length),
        familiarityFloor: manifest.familiarityFloor,
      },
    ]),
  );
  for (let first = 0; first < texts.length; first += BATCH) {
    const read = await readTexts(model, texts.slice(first, first + BATCH));
    for (const head of model.heads) {
      const { probabilities, familiarity } = scored.get(head.name)!;
      const opinion = await judge(head, read);
      probabilities.set(opinion.probabilities, first * head.manifest.labels.length);
      familiarity.set(opinion.familiarity, first);
    }
    onScored(Math.min(first + BATCH, texts.length), texts.length);
    await nextTurn();
  }
  return scored;
};

/** Lets waiting input and output have its turn between batches. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
