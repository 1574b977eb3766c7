import { neighbourGraph } from '../graph/neighbour-graph.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { sparseTimesDense } from '../linear-algebra/sparse-product.ts';
import type { SparseRows } from '../sparse.ts';

/** Share of a row's labels that comes from its neighbours in an iteration: the α of the paper. */
const FROM_NEIGHBOURS = 0.95;
const ITERATIONS = 40;
/** Edges weigh the cosine to this power: near neighbours count for much more. */
const SHARPNESS = 3;

/** The symmetric graph of neighbours, each weight divided by the roots of its ends' degrees. */
export const spreadingGraph = (neighbours: Neighbours): SparseRows => {
  const graph = neighbourGraph(neighbours, (cosine) => Math.max(0, cosine) ** SHARPNESS);
  const roots = new Float64Array(graph.count);
  for (let row = 0; row < graph.count; row++) {
    for (let edge = graph.offsets[row]!; edge < graph.offsets[row + 1]!; edge++) roots[row]! += graph.values[edge]!;
    roots[row] = Math.sqrt(roots[row]!);
  }
  const values = new Float32Array(graph.values.length);
  for (let row = 0; row < graph.count; row++)
    for (let edge = graph.offsets[row]!; edge < graph.offsets[row + 1]!; edge++) {
      const scale = roots[row]! * roots[graph.indices[edge]!]!;
      values[edge] = scale > 0 ? graph.values[edge]! / scale : 0;
    }
  return { ...graph, values };
};

/**
 * Label spreading (Zhou, Bousquet, Lal, Weston & Schölkopf 2004), with each class given the share of all rows that it has among the
 * labelled ones (class mass normalisation, Zhu, Ghahramani & Lafferty 2003).
 * @param graph n × n, from `spreadingGraph`
 * @param classes n classes, -1 where unknown
 * @returns n × classCount: shares that sum to 1 in each row, or zeros where no labelled row is within reach
 */
export const spreadLabels = (graph: SparseRows, classes: Int32Array, classCount: number): Float32Array => {
  const known = new Float64Array(classCount);
  let spread = new Float32Array(graph.count * classCount);
  classes.forEach((label, row) => {
    if (label < 0) return;
    known[label]!++;
    spread[row * classCount + label] = 1;
  });
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const reached = sparseTimesDense(graph, spread, classCount);
    spread = reached.map((value) => FROM_NEIGHBOURS * value);
    classes.forEach((label, row) => {
      if (label >= 0) spread[row * classCount + label]! += 1 - FROM_NEIGHBOURS;
    });
  }
  const masses = new Float64Array(classCount);
  spread.forEach((value, at) => (masses[at % classCount]! += value));
  for (let first = 0; first < spread.length; first += classCount) {
    let total = 0;
    for (let label = 0; label < classCount; label++) {
      const share = masses[label]! > 0 ? (spread[first + label]! / masses[label]!) * known[label]! : 0;
      spread[first + label] = share;
      total += share;
    }
    for (let label = 0; label < classCount; label++) spread[first + label] = total > 0 ? spread[first + label]! / total : 0;
  }
  return spread;
};
