import type { SparseRows } from '../sparse.ts';

/** A graph whose nodes may stand for several nodes of the one that it was made from. */
export interface GraphLevel {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  readonly weights: Float64Array;
  /** Weight of the edges of all that a node stands for, those inside counted twice. */
  readonly degrees: Float64Array;
}

/** The graph as it is. */
export const bottomLevel = (graph: SparseRows): GraphLevel => {
  const degrees = new Float64Array(graph.count);
  for (let node = 0; node < graph.count; node++)
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) degrees[node]! += graph.values[edge]!;
  return {
    size: graph.count,
    offsets: graph.offsets,
    neighbours: graph.indices,
    weights: Float64Array.from(graph.values),
    degrees,
  };
};

/** Numbers communities in the order of their first node, from 0. Changes the array; answers how many there are. */
export const renumber = (communities: Int32Array): number => {
  const numbers = new Int32Array(communities.length).fill(-1);
  let count = 0;
  communities.forEach((community, node) => {
    if (numbers[community] === -1) numbers[community] = count++;
    communities[node] = numbers[community]!;
  });
  return count;
};

/**
 * One node for each group.
 * @param groups group of each node, 0..count-1, none empty
 */
export const aggregate = (level: GraphLevel, groups: Int32Array, count: number): GraphLevel => {
  const starts = new Int32Array(count + 1);
  for (const group of groups) starts[group + 1]!++;
  for (let group = 0; group < count; group++) starts[group + 1]! += starts[group]!;
  const next = starts.slice();
  const members = new Int32Array(level.size);
  groups.forEach((group, node) => (members[next[group]!++] = node));
  const offsets = new Int32Array(count + 1);
  const neighbours = new Int32Array(level.neighbours.length);
  const weights = new Float64Array(level.neighbours.length);
  const degrees = new Float64Array(count);
  const entryOf = new Int32Array(count).fill(-1);
  let written = 0;
  for (let group = 0; group < count; group++) {
    const first = written;
    for (let member = starts[group]!; member < starts[group + 1]!; member++) {
      const node = members[member]!;
      degrees[group]! += level.degrees[node]!;
      for (let edge = level.offsets[node]!; edge < level.offsets[node + 1]!; edge++) {
        const other = groups[level.neighbours[edge]!]!;
        if (other === group) continue;
        if (entryOf[other]! < first) {
          entryOf[other] = written;
          neighbours[written++] = other;
        }
        weights[entryOf[other]!]! += level.weights[edge]!;
      }
    }
    offsets[group + 1] = written;
  }
  return { size: count, offsets, neighbours: neighbours.slice(0, written), weights: weights.slice(0, written), degrees };
};
