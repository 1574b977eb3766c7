import type { SparseRows } from '../sparse.ts';

/**
 * A symmetric graph without the edges that a seeded hash of their two ends drops: the same edges whatever the order of the rows' entries.
 * @param kept share of the edges that stay, 0..1
 */
export const thinGraph = (graph: SparseRows, kept: number, seed: number): SparseRows => {
  const offsets = new Int32Array(graph.count + 1);
  const indices = new Int32Array(graph.indices.length);
  const values = new Float32Array(graph.indices.length);
  let written = 0;
  for (let node = 0; node < graph.count; node++) {
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
      const other = graph.indices[edge]!;
      if (chanceOf(Math.min(node, other), Math.max(node, other), seed) >= kept) continue;
      indices[written] = other;
      values[written++] = graph.values[edge]!;
    }
    offsets[node + 1] = written;
  }
  return { count: graph.count, offsets, indices: indices.slice(0, written), values: values.slice(0, written) };
};

/** In [0, 1): MurmurHash3's last mixing of both ends and the seed. */
const chanceOf = (low: number, high: number, seed: number): number => {
  let mixed = mix(Math.imul(low + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca77));
  mixed = mix(mixed ^ Math.imul(high + 1, 0xc2b2ae3d));
  return mixed / 4_294_967_296;
};

const mix = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
