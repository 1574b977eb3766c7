import { shuffleInPlace } from '../random.ts';
import type { Random } from '../random.ts';
import type { GraphLevel } from './graph-level.ts';

/** A move must gain more than this share of the node's degree: less is rounding, and could go back and forth for ever. */
const NEGLIGIBLE = 1e-9;
/** How much of a gain, in mean edge weights, refinement may forgo: the θ of the paper. */
const RANDOMNESS = 0.01;

export interface Moving {
  /** Resolution by twice the weight of all edges: what a unit of degree costs beside a unit of degree in one community. */
  readonly penalty: number;
  /** Mean weight of an edge. */
  readonly temperature: number;
  readonly random: Random;
}

/**
 * Moves each node to the community that gains most, and looks again at the neighbours of what moved, until nothing moves
 * (fast local move, algorithm A.2 of Traag, Waltman & van Eck 2019).
 * @param communities community of each node, 0..size-1; changed
 */
export const moveNodes = (level: GraphLevel, communities: Int32Array, { penalty, random }: Moving): void => {
  const { size, offsets, neighbours, weights, degrees } = level;
  const masses = new Float64Array(size);
  const sizes = new Int32Array(size);
  communities.forEach((community, node) => {
    masses[community]! += degrees[node]!;
    sizes[community]!++;
  });
  const empty: number[] = [];
  for (let community = size - 1; community >= 0; community--) if (sizes[community] === 0) empty.push(community);
  const queue = shuffleInPlace(
    Int32Array.from({ length: size }, (_, node) => node),
    random,
  );
  const queued = new Uint8Array(size).fill(1);
  const links = new LinkSums(size);
  let head = 0;
  for (let waiting = size; waiting > 0; waiting--) {
    const node = queue[head]!;
    head = head + 1 === size ? 0 : head + 1;
    queued[node] = 0;
    const degree = degrees[node]!;
    const from = communities[node]!;
    masses[from]! -= degree;
    links.clear();
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) links.add(communities[neighbours[edge]!]!, weights[edge]!);
    let best = from;
    let bestGain = links.sums[from]! - penalty * degree * masses[from]! + NEGLIGIBLE * degree;
    for (let at = 0; at < links.count; at++) {
      const community = links.keys[at]!;
      const gain = links.sums[community]! - penalty * degree * masses[community]!;
      if (gain > bestGain) {
        best = community;
        bestGain = gain;
      }
    }
    if (bestGain < 0 && sizes[from]! > 1) best = empty.pop()!;
    masses[best]! += degree;
    if (best === from) continue;
    communities[node] = best;
    sizes[best]!++;
    if (--sizes[from]! === 0) empty.push(from);
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const neighbour = neighbours[edge]!;
      if (queued[neighbour] === 1 || communities[neighbour] === best) continue;
      queued[neighbour] = 1;
      queue[(head + waiting++ - 1) % size] = neighbour;
    }
  }
};

/**
 * Parts of the communities: nodes that are well connected within their community join a part of it that is well connected too, by
 * chance, the greater the gain the likelier (algorithm A.2, `MergeNodesSubset`).
 * @param communities community of each node, 0..size-1
 * @returns part of each node, 0..size-1
 */
export const refineCommunities = (
  level: GraphLevel,
  communities: Int32Array,
  { penalty, temperature, random }: Moving,
): Int32Array => {
  const { size, offsets, neighbours, weights, degrees } = level;
  const wholes = new Float64Array(size);
  communities.forEach((community, node) => (wholes[community]! += degrees[node]!));
  const parts = Int32Array.from({ length: size }, (_, node) => node);
  const masses = degrees.slice();
  const sizes = new Int32Array(size).fill(1);
  // Weight between a part and the rest of its community.
  const outside = new Float64Array(size);
  for (let node = 0; node < size; node++)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++)
      if (communities[neighbours[edge]!] === communities[node]) outside[node]! += weights[edge]!;
  const wellConnected = (part: number, whole: number): boolean =>
    outside[part]! >= penalty * masses[part]! * (whole - masses[part]!);
  const links = new LinkSums(size);
  const gains = new Float64Array(size);
  for (const node of shuffleInPlace(parts.slice(), random)) {
    const whole = wholes[communities[node]!]!;
    if (parts[node] !== node || sizes[node] !== 1 || !wellConnected(node, whole)) continue;
    links.clear();
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const neighbour = neighbours[edge]!;
      if (communities[neighbour] === communities[node]) links.add(parts[neighbour]!, weights[edge]!);
    }
    let most = 0;
    for (let at = 0; at < links.count; at++) {
      const part = links.keys[at]!;
      gains[at] = wellConnected(part, whole) ? links.sums[part]! - penalty * degrees[node]! * masses[part]! : -1;
      most = Math.max(most, gains[at]!);
    }
    const chanceOf = (gain: number): number => (gain < 0 ? 0 : Math.exp((gain - most) / (RANDOMNESS * temperature)));
    let total = chanceOf(0);
    for (let at = 0; at < links.count; at++) total += chanceOf(gains[at]!);
    let drawn = random() * total - chanceOf(0);
    if (drawn < 0) continue;
    let chosen = -1;
    for (let at = 0; at < links.count && drawn >= 0; at++) {
      if (gains[at]! < 0) continue;
      chosen = links.keys[at]!;
      drawn -= chanceOf(gains[at]!);
    }
    if (chosen === -1) continue;
    outside[chosen]! += outside[node]! - 2 * links.sums[chosen]!;
    masses[chosen]! += degrees[node]!;
    sizes[chosen]!++;
    sizes[node] = 0;
    parts[node] = chosen;
  }
  return parts;
};

/** Weights added up by key; clearing costs what was added, not the size. */
class LinkSums {
  readonly sums: Float64Array;
  readonly keys: Int32Array;
  readonly #seen: Uint8Array;
  count = 0;

  constructor(size: number) {
    this.sums = new Float64Array(size);
    this.keys = new Int32Array(size);
    this.#seen = new Uint8Array(size);
  }

  add(key: number, weight: number): void {
    if (this.#seen[key] === 0) {
      this.#seen[key] = 1;
      this.keys[this.count++] = key;
    }
    this.sums[key]! += weight;
  }

  clear(): void {
    for (let at = 0; at < this.count; at++) {
      this.sums[this.keys[at]!] = 0;
      this.#seen[this.keys[at]!] = 0;
    }
    this.count = 0;
  }
}
