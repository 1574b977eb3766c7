import type { SparseRows } from '../sparse.ts';

/**
 * The graph of the mean weights of several over the same nodes; an edge that one of them lacks weighs 0 there.
 * @param graphs one and more, indices ascending in each row
 */
export const meanGraph = (graphs: readonly SparseRows[]): SparseRows => {
  const [first] = graphs;
  if (graphs.length === 1) return first!;
  const { count } = first!;
  const offsets = new Int32Array(count + 1);
  const most = graphs.reduce((sum, { indices }) => sum + indices.length, 0);
  const indices = new Int32Array(most);
  const values = new Float32Array(most);
  const weights = new Map<number, number>();
  let written = 0;
  for (let node = 0; node < count; node++) {
    weights.clear();
    for (const graph of graphs)
      for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
        const other = graph.indices[edge]!;
        weights.set(other, (weights.get(other) ?? 0) + graph.values[edge]! / graphs.length);
      }
    for (const other of [...weights.keys()].sort((left, right) => left - right)) {
      indices[written] = other;
      values[written++] = weights.get(other)!;
    }
    offsets[node + 1] = written;
  }
  return { count, offsets, indices: indices.slice(0, written), values: values.slice(0, written) };
};
