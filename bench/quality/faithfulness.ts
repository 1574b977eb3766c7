import { attributeScores } from '../../model/explain.ts';
import type { DissectedTexts } from '../../model/explain.ts';
import { seededRandom } from '../../model/random.ts';
import { mostLikely } from '../../model/ranking.ts';
import { dissectTexts, judge, readTexts } from '../../model/routing-model.ts';
import type { RoutingHead, RoutingModel } from '../../model/routing-model.ts';

const AT_ONCE = 256;
export const DELETED = [1, 3, 5] as const;

/** How well values of words say what the words do. */
export interface Faithfulness {
  /** Mean loss of the predicted label's score without the words of the largest values, by how many are deleted. */
  readonly lossWithout: readonly { readonly words: number; readonly loss: number }[];
  /** Mean over texts of Pearson's correlation with what deleting each word alone loses. */
  readonly correlation: number;
  /** Mean share of the score that is split over words. */
  readonly split: number;
}

/** Values of the words of each text. */
type Attribution = readonly (readonly number[])[];

/**
 * Deletes the words that each way of explaining values most (Samek et al. 2017), and compares its values with what deleting one word
 * alone loses.
 * @param texts whose words single spaces separate
 */
export const measureFaithfulness = async (
  model: RoutingModel,
  head: RoutingHead,
  texts: readonly string[],
  seed: number,
): Promise<{ readonly meanScore: number; readonly ways: Readonly<Record<string, Faithfulness>> }> => {
  const words = texts.map((text) => text.split(' '));
  const before = await scoresOf(model, head, texts);
  const classCount = head.manifest.labels.length;
  const labels = Int32Array.from(before, (scores) => mostLikely(scores, 0, classCount));
  const scoreOf = (scores: Float32Array, row: number): number =>
    scores[labels[row]!]! - scores.reduce((sum, score) => sum + score, 0) / classCount;
  const own = before.map(scoreOf);
  /** What is lost without the words at the positions, one set of them a text. */
  const lossesWithout = async (removed: readonly (readonly number[])[], rows: readonly number[]): Promise<readonly number[]> => {
    const left = rows.map((row, at) => words[row]!.filter((_, position) => !removed[at]!.includes(position)).join(' '));
    return (await scoresOf(model, head, left)).map((scores, at) => own[rows[at]!]! - scoreOf(scores, rows[at]!));
  };

  const places = words.flatMap((each, row) => each.map((_, position) => ({ row, position })));
  const single = await lossesWithout(
    places.map(({ position }) => [position]),
    places.map(({ row }) => row),
  );
  const leaveOneOut = words.map((_, row) => single.filter((_loss, at) => places[at]!.row === row));
  const random = seededRandom(seed);
  const ways: Readonly<Record<string, Attribution>> = {
    'words at random': words.map((each) => each.map(() => random())),
    'without the encoder': await attribute(model, head, texts, labels, withoutEncoder),
    'as explained': await attribute(model, head, texts, labels, (read) => read),
    'each word deleted alone': leaveOneOut,
  };
  const measured: Record<string, Faithfulness> = {};
  for (const [name, values] of Object.entries(ways)) {
    const lossWithout: { words: number; loss: number }[] = [];
    for (const count of DELETED) {
      const removed = values.map((each) => largestOf(each, count));
      const losses = await lossesWithout(removed, [...texts.keys()]);
      lossWithout.push({ words: count, loss: meanOf(losses) });
    }
    measured[name] = {
      lossWithout,
      correlation: meanOf(values.map((each, row) => correlationOf(each, leaveOneOut[row]!))),
      split: meanOf(values.map((each, row) => each.reduce((sum, value) => sum + value, 0) / own[row]!)),
    };
  }
  return { meanScore: meanOf(own), ways: measured };
};

const scoresOf = async (model: RoutingModel, head: RoutingHead, texts: readonly string[]): Promise<readonly Float32Array[]> => {
  const classCount = head.manifest.labels.length;
  const rows: Float32Array[] = [];
  for (let first = 0; first < texts.length; first += AT_ONCE) {
    const { scores } = await judge(head, await readTexts(model, texts.slice(first, first + AT_ONCE)));
    for (let at = 0; at < scores.length; at += classCount) rows.push(scores.slice(at, at + classCount));
  }
  return rows;
};

const attribute = async (
  model: RoutingModel,
  head: RoutingHead,
  texts: readonly string[],
  labels: Int32Array,
  change: (read: DissectedTexts) => DissectedTexts,
): Promise<Attribution> => {
  const read = await dissectTexts(model, texts);
  const contributions = await attributeScores(model, head, change(read), labels, await judge(head, read));
  return contributions.map((each) => [...each]);
};

/** What was explained before the encoder's states were split: all that comes from them is left to no word. */
const withoutEncoder = (read: DissectedTexts): DissectedTexts => ({
  ...read,
  features: {
    ...read.features,
    splitOverWords: async () => read.features.dissected.map(({ tokens }) => new Float64Array(tokens.length)),
  },
});

const largestOf = (values: readonly number[], count: number): readonly number[] =>
  [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Pearson's; 0 where one side does not vary. */
const correlationOf = (left: readonly number[], right: readonly number[]): number => {
  const [leftMean, rightMean] = [meanOf(left), meanOf(right)];
  let [product, leftSquares, rightSquares] = [0, 0, 0];
  for (const [at, value] of left.entries()) {
    product += (value - leftMean) * (right[at]! - rightMean);
    leftSquares += (value - leftMean) ** 2;
    rightSquares += (right[at]! - rightMean) ** 2;
  }
  return leftSquares * rightSquares > 0 ? product / Math.sqrt(leftSquares * rightSquares) : 0;
};
