import { openNetwork } from './network.ts';
import type { Evaluation, NetworkWeights } from './network.ts';

/** Rows evaluated at once: the hidden values of more would not fit beside the rest. */
const AT_ONCE = 4_096;

/**
 * What a network makes of rows, a part at a time.
 * @param count of all rows
 * @param rowsOf so many rows × inputs, from `first` to before `end`
 */
export const evaluateRows = async (
  weights: NetworkWeights,
  count: number,
  rowsOf: (first: number, end: number) => Float32Array,
): Promise<Pick<Evaluation, 'scores' | 'direction'>> => {
  const network = await openNetwork(weights);
  try {
    const scores = new Float32Array(count * weights.classes);
    const direction = new Float32Array(count * weights.hidden);
    for (let first = 0; first < count; first += AT_ONCE) {
      const part = await network.evaluate(rowsOf(first, Math.min(count, first + AT_ONCE)));
      scores.set(part.scores, first * weights.classes);
      direction.set(part.direction, first * weights.hidden);
    }
    return { scores, direction };
  } finally {
    await network.release();
  }
};
