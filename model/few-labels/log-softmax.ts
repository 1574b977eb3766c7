/** Logarithms of the softmax of each row, in place. */
export const logSoftmaxRows = (scores: Float32Array, columns: number): Float32Array => {
  for (let first = 0; first < scores.length; first += columns) {
    let most = -Infinity;
    for (let at = first; at < first + columns; at++) most = Math.max(most, scores[at]!);
    let total = 0;
    for (let at = first; at < first + columns; at++) total += Math.exp(scores[at]! - most);
    const norm = most + Math.log(total);
    for (let at = first; at < first + columns; at++) scores[at]! -= norm;
  }
  return scores;
};
