import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTree, dot, linkByAverage } from '../../model/average-linkage.ts';
import { silhouetteOf } from '../../model/cluster/silhouette.ts';

const DIMENSION = 2;

/** Unit vectors at angles in degrees. */
const atAngles = (...degrees: readonly number[]): Float32Array =>
  Float32Array.from(degrees.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]));

/** Average linkage as its definition reads: the pair of groups with the largest mean similarity, until one is left. */
const linkNaively = (embeddings: Float32Array): readonly number[] => {
  let groups = Array.from({ length: embeddings.length / DIMENSION }, (_, row) => [row]);
  const similarities: number[] = [];
  while (groups.length > 1) {
    let best = { left: 0, right: 1, similarity: -Infinity };
    for (let left = 0; left < groups.length; left++)
      for (let right = left + 1; right < groups.length; right++) {
        const pairs = groups[left]!.flatMap((a) => groups[right]!.map((b) => dot(embeddings, a, embeddings, b, DIMENSION)));
        const similarity = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
        if (similarity > best.similarity) best = { left, right, similarity };
      }
    similarities.push(best.similarity);
    const merged = [...groups[best.left]!, ...groups[best.right]!];
    groups = [...groups.filter((_, index) => index !== best.left && index !== best.right), merged];
  }
  return similarities;
};

describe('average linkage', () => {
  test('merges at the mean similarities that its definition gives', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 3_599 }), { minLength: 2, maxLength: 12 }), (tenths) => {
        // Irrational steps: in a tie the two may rightly choose different pairs.
        const embeddings = atAngles(...tenths.map((tenth) => Math.sqrt(2) * tenth * 0.1));
        const merges = linkByAverage(embeddings, DIMENSION);
        linkNaively(embeddings).forEach((similarity, index) => expect(merges[index]!.similarity).toBeCloseTo(similarity, 4));
      }),
      { seed: 1 },
    );
  });

  test('each merge refers to earlier ones only, and similarities fall', () => {
    const merges = linkByAverage(atAngles(0, 2, 50, 53, 120, 200, 201, 300), DIMENSION);
    expect(merges).toHaveLength(7);
    merges.forEach(({ left, right }, index) => expect(Math.max(left, right)).toBeLessThan(8 + index));
    for (let index = 1; index < merges.length; index++)
      expect(merges[index]!.similarity).toBeLessThanOrEqual(merges[index - 1]!.similarity);
  });

  test('a cut gives the asked number of groups, with neighbours together', () => {
    const merges = linkByAverage(atAngles(0, 90, 2, 93, 200, 1), DIMENSION);
    expect(Array.from(cutTree(merges, 3))).toEqual([0, 1, 0, 1, 2, 0]);
    expect(new Set(cutTree(merges, 6)).size).toBe(6);
    expect(new Set(cutTree(merges, 1)).size).toBe(1);
  });

  test('identical vectors do not send it in circles', () => {
    expect(linkByAverage(atAngles(10, 10, 10, 10, 10), DIMENSION)).toHaveLength(4);
  });
});

describe('the silhouette', () => {
  test('equals its definition on four vectors', () => {
    // group 0 at 0° and 60°, group 1 at 180° and 180°; distances 1 - cos
    const row0 = (2 - 0.5) / 2; // a = .5, b = 2
    const row1 = (1.5 - 0.5) / 1.5; // a = .5, b = 1 - cos 120° = 1.5
    expect(silhouetteOf(atAngles(0, 60, 180, 180), Int32Array.of(0, 0, 1, 1), DIMENSION)).toBeCloseTo(
      (row0 + row1 + 1 + 1) / 4,
      5,
    );
  });

  test('rows without a group count as 0, and one group says nothing', () => {
    const embeddings = atAngles(0, 0, 180, 180);
    expect(silhouetteOf(embeddings, Int32Array.of(0, 0, 1, 1), DIMENSION)).toBeCloseTo(1, 5);
    expect(silhouetteOf(embeddings, Int32Array.of(0, 0, 0, 0), DIMENSION)).toBe(0);
    expect(
      silhouetteOf(atAngles(0, 0, 180, 180, 90, 90, 90, 90), Int32Array.of(0, 0, 1, 1, -1, -1, -1, -1), DIMENSION),
    ).toBeCloseTo(0.5, 5);
  });
});
