import { mostLikely } from '../ranking.ts';

/** What a head predicted for one text, beside what was right. */
export interface Outcome {
  /** Class of the largest probability. */
  readonly label: number;
  /** Probability of `label`, 0..1. */
  readonly probability: number;
  /** Right class; one that is no class of the model's stands for a label that it does not know, and is never predicted. */
  readonly actual: number;
}

export const isRight = ({ label, actual }: Outcome): boolean => label === actual;

/**
 * The most likely class of each row beside the right one.
 * @param probabilities rows × classCount
 * @param actual right class of each row; classCount and above for labels that the model does not know
 * @returns one outcome a row, in their order
 */
export const outcomesOf = (probabilities: Float64Array, classCount: number, actual: ArrayLike<number>): readonly Outcome[] =>
  Array.from(actual, (right, row) => {
    const label = mostLikely(probabilities, row * classCount, classCount);
    return { label, probability: probabilities[row * classCount + label]!, actual: right };
  });
