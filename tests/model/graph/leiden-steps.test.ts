import { describe, expect, it } from 'vitest';
import { bottomLevel } from '../../../model/graph/graph-level.ts';
import { moveNodes, refineCommunities } from '../../../model/graph/leiden-steps.ts';
import type { Moving } from '../../../model/graph/leiden-steps.ts';
import { seededRandom } from '../../../model/random.ts';
import { graphOf, ringOfCliques } from './edge-lists.ts';

const ring = bottomLevel(graphOf(20, ringOfCliques(4, 5)));
const mass = ring.degrees.reduce((sum, degree) => sum + degree, 0);
const moving = (seed: number, resolution = 1): Moving => ({
  penalty: resolution / mass,
  temperature: 1e-3,
  random: seededRandom(seed),
});

describe('refinement', () => {
  it('takes a badly connected community apart into its well connected parts', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const parts = refineCommunities(ring, new Int32Array(20), moving(seed, 0.3));
      expect(new Set(parts).size).toBe(4);
      parts.forEach((part, node) => expect(part).toBe(parts[Math.floor(node / 5) * 5]));
    }
  });

  it('adds nothing to a part that its community holds too weakly', () => {
    const parts = refineCommunities(ring, new Int32Array(20), moving(1));
    const sizes = new Int32Array(20);
    for (const part of parts) sizes[part]!++;
    expect(Math.max(...sizes)).toBe(2);
  });

  it('never joins nodes of two communities', () => {
    const communities = Int32Array.from({ length: 20 }, (_, node) => node % 2);
    const parts = refineCommunities(ring, communities, moving(1, 0.1));
    parts.forEach((part, node) => expect(communities[part]).toBe(communities[node]));
    expect(new Set(parts).size).toBeLessThan(20);
  });

  it('leaves alone a node that its community holds too weakly', () => {
    // Node 3 hangs on the triangle by one edge, and on node 4, of another community, by nine times as much.
    const hanging = bottomLevel(
      graphOf(5, [
        [0, 1],
        [1, 2],
        [0, 2],
        [0, 3],
        [3, 4, 9],
      ]),
    );
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const options = { penalty: 0.5 / 26, temperature: 1e-3, random: seededRandom(seed) };
      const parts = refineCommunities(hanging, Int32Array.of(0, 0, 0, 0, 1), options);
      expect([...parts].filter((part) => part === parts[3])).toHaveLength(1);
      expect(new Set(parts.subarray(0, 3)).size).toBe(1);
    }
  });
});

describe('moving nodes', () => {
  it('ends where no node gains by leaving for an empty community', () => {
    const communities = new Int32Array(20);
    moveNodes(ring, communities, moving(1, 30));
    expect(new Set(communities).size).toBe(20);
  });

  it('brings the nodes of a clique together', () => {
    const communities = Int32Array.from({ length: 20 }, (_, node) => node);
    moveNodes(ring, communities, moving(1));
    communities.forEach((community, node) => expect(community).toBe(communities[Math.floor(node / 5) * 5]));
  });
});
