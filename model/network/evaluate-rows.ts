import { openNetwork } from './network.ts';
import type { Evaluation, NetworkWeights } from './network.ts';

/** Rows evaluated at once: the hidden values of more would not fit beside the rest. */
const AT_ONCE = 4_096;

/**
 * What a network makes of rows, a part at a time.
 * @param rows n × inputs
 */
export const evaluateRows = async (
  weights: NetworkWeights,
  rows: Float32Array,
): Promise<Pick<Evaluation, 'scores' | 'direction'>> => {
  const network = await openNetwork(weights);
  try {
    const count = rows.length / weights.inputs;
    const scores = new Float32Array(count * weights.classes);
    const direction = new Float32Array(count * weights.hidden);
    for (let first = 0; first < count; first += AT_ONCE) {
      const part = await network.evaluate(rows.subarray(first * weights.inputs, (first + AT_ONCE) * weights.inputs));
      scores.set(part.scores, first * weights.classes);
      direction.set(part.direction, first * weights.hidden);
    }
    return { scores, direction };
  } finally {
    await network.release();
  }
};
