import { array, assert, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { communitiesOfNumbers } from '../../../model/graph/communities-of-numbers.ts';
import { leiden, modularity } from '../../../model/graph/leiden.ts';
import { seededRandom, shuffleInPlace } from '../../../model/random.ts';
import type { SparseRows } from '../../../model/sparse.ts';
import { graphOf, ringOfCliques } from './edge-lists.ts';
import type { Edge } from './edge-lists.ts';

/** The friendships of a karate club (Zachary 1977), members from 1. */
const KARATE = `2-1 3-1 3-2 4-1 4-2 4-3 5-1 6-1 7-1 7-5 7-6 8-1 8-2 8-3 8-4 9-1 9-3 10-3 11-1 11-5 11-6 12-1 13-1 13-4 14-1 14-2 14-3
14-4 17-6 17-7 18-1 18-2 20-1 20-2 22-1 22-2 26-24 26-25 28-3 28-24 28-25 29-3 30-24 30-27 31-2 31-9 32-1 32-25 32-26 32-29 33-3 33-9
33-15 33-16 33-19 33-21 33-23 33-24 33-30 33-31 33-32 34-9 34-10 34-14 34-15 34-16 34-19 34-20 34-21 34-23 34-24 34-27 34-28 34-29
34-30 34-31 34-32 34-33`;

const karate = (): SparseRows =>
  graphOf(
    34,
    KARATE.split(/\s+/).map((pair): Edge => {
      const [one, other] = pair.split('-').map(Number);
      return [one! - 1, other! - 1];
    }),
  );

/** Node sets, whatever their numbers. */
const groupsOf = (ofNode: Int32Array, place = (node: number): number => node): readonly string[] => {
  const groups = new Map<number, number[]>();
  ofNode.forEach((community, node) => groups.set(community, [...(groups.get(community) ?? []), place(node)]));
  return [...groups.values()].map((nodes) => nodes.toSorted((a, b) => a - b).join()).toSorted();
};

const isConnected = (graph: SparseRows, nodes: readonly number[]): boolean => {
  const within = new Set(nodes);
  const open = nodes.slice(0, 1);
  within.delete(open[0]!);
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++)
      if (within.delete(graph.indices[edge]!)) open.push(graph.indices[edge]!);
  return within.size === 0;
};

const membersOf = (ofNode: Int32Array, community: number): readonly number[] =>
  [...ofNode.keys()].filter((node) => ofNode[node] === community);

const graphs = integer({ min: 2, max: 24 }).chain((count) =>
  array(tuple(integer({ min: 0, max: count - 1 }), integer({ min: 0, max: count - 1 }), integer({ min: 1, max: 9 })), {
    maxLength: 80,
  }).map((drawn) => {
    const edges = new Map<string, Edge>();
    for (const [one, other, weight] of drawn)
      if (one !== other) edges.set(`${Math.min(one, other)} ${Math.max(one, other)}`, [one, other, weight / 3]);
    return graphOf(count, [...edges.values()]);
  }),
);

const noisyGroups = (groups: number, size: number): readonly Edge[] => {
  const random = seededRandom(5);
  const edges: Edge[] = [];
  for (let one = 0; one < groups * size; one++)
    for (let other = 0; other < one; other++)
      if (random() < (one % groups === other % groups ? 0.4 : 0.02)) edges.push([one, other]);
  return edges;
};

describe('leiden', () => {
  it('finds the cliques of a ring', () => {
    const { ofNode, count } = leiden(graphOf(60, ringOfCliques(12, 5)), { resolution: 1, seed: 1 });
    expect(count).toBe(12);
    ofNode.forEach((community, node) => expect(community).toBe(ofNode[Math.floor(node / 5) * 5]));
  });

  it('finds planted groups in noise', () => {
    const { ofNode, count } = leiden(graphOf(240, noisyGroups(6, 40)), { resolution: 1, seed: 1 });
    expect(count).toBe(6);
    ofNode.forEach((community, node) => expect(community).toBe(ofNode[node % 6]));
  });

  it('reaches the best modularity known of the karate club', () => {
    const found = [1, 2, 3].map((seed) => leiden(karate(), { resolution: 1, seed }));
    expect(Math.max(...found.map(({ ofNode }) => modularity(karate(), ofNode, 1)))).toBeCloseTo(0.4198, 4);
    for (const { modularityByRound } of found) expect(modularityByRound.at(-1)).toBeGreaterThan(0.415);
  });

  it('finds the same groups whatever the order of the nodes', () => {
    const edges = ringOfCliques(12, 5);
    const places = shuffleInPlace(
      Int32Array.from({ length: 60 }, (_, node) => node),
      seededRandom(9),
    );
    const moved = edges.map(([one, other]): Edge => [places[one]!, places[other]!]);
    const options = { resolution: 1, seed: 4 };
    expect(groupsOf(leiden(graphOf(60, moved), options).ofNode)).toEqual(
      groupsOf(leiden(graphOf(60, edges), options).ofNode, (node) => places[node]!),
    );
  });

  it('has connected communities, a modularity that never falls and is the reported one, and the same answer every time', () => {
    assert(
      property(graphs, constantFrom(0.3, 1, 3), integer({ min: 0, max: 99 }), (graph, resolution, seed) => {
        const found = leiden(graph, { resolution, seed });
        const sizes = Array.from({ length: found.count }, (_, community) => membersOf(found.ofNode, community).length);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        for (let community = 0; community < found.count; community++)
          expect(isConnected(graph, membersOf(found.ofNode, community))).toBe(true);
        found.modularityByRound.reduce((before, now) => {
          expect(now).toBeGreaterThanOrEqual(before - 1e-7);
          return now;
        }, -Infinity);
        expect(modularity(graph, found.ofNode, resolution)).toBeCloseTo(found.modularityByRound.at(-1) ?? 0, 9);
        expect(leiden(graph, { resolution, seed })).toEqual(found);
      }),
      { numRuns: 150 },
    );
  });

  it('gains nothing from moving one more node to another community', () => {
    const graph = graphOf(120, noisyGroups(4, 30));
    const { ofNode, count } = leiden(graph, { resolution: 1, seed: 2 });
    const best = modularity(graph, ofNode, 1);
    for (let node = 0; node < 120; node += 7)
      for (let community = 0; community <= count; community++)
        expect(modularity(graph, ofNode.with(node, community), 1)).toBeLessThanOrEqual(best + 1e-9);
  });

  it('leaves nodes without edges alone', () => {
    expect(leiden(graphOf(3, []), { resolution: 1, seed: 1 }).count).toBe(3);
    expect(leiden(graphOf(4, [[0, 1]]), { resolution: 1, seed: 1 }).count).toBe(3);
  });
});

describe('communities of a number', () => {
  it('are found by searching for the resolution', () => {
    const found = communitiesOfNumbers(graphOf(240, ringOfCliques(48, 5)), [12, 24, 48], 1);
    for (const [at, wanted] of [12, 24, 48].entries()) {
      expect(found[at]!.count / wanted).toBeGreaterThan(0.8);
      expect(found[at]!.count / wanted).toBeLessThan(1.25);
    }
  });

  it('are as few as the graph allows where fewer are wanted', () => {
    const apart = graphOf(
      20,
      ringOfCliques(4, 5).filter(([one, other]) => Math.floor(one / 5) === Math.floor(other / 5)),
    );
    expect(communitiesOfNumbers(apart, [2], 1)[0]!.count).toBe(4);
  });
});
