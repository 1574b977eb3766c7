import { describe, expect, it } from 'vitest';
import { selfTrainedSpace } from '../../../model/few-labels/self-trained-space.ts';
import { nearestNeighbours } from '../../../model/graph/nearest-neighbours.ts';
import { clusteredPoints } from './clustered-points.ts';

const { rows, dimension, groupOf } = clusteredPoints({ groups: 8, each: 40, dimension: 24, noise: 1.1, seed: 11 });

/** Share of the nearest ten that are of another group. */
const strangers = async (space: Float32Array, columns: number): Promise<number> => {
  const { indices, each } = await nearestNeighbours(space, columns, 10);
  return (
    indices.reduce((sum, other, at) => sum + (groupOf[other] === groupOf[Math.floor(at / each)] ? 0 : 1), 0) / indices.length
  );
};

describe('a self-trained space', () => {
  it('has fewer strangers among the nearest than the given one, without having seen a label', async () => {
    const space = await selfTrainedSpace({ rows, dimension, classCount: 8, seed: 1 });
    const [before, after] = [await strangers(rows, dimension), await strangers(space.trained, space.trainedDimension)];
    expect(before).toBeGreaterThan(0.05);
    expect(after).toBeLessThan(0.6 * before);
  });

  it('has rows of length 1, and the given directions beside those that it learnt', async () => {
    const { trained, trainedDimension } = await selfTrainedSpace({ rows, dimension, classCount: 8, seed: 1 });
    expect(trainedDimension).toBeGreaterThan(dimension);
    for (let row = 0; row < groupOf.length; row++)
      expect(Math.hypot(...trained.subarray(row * trainedDimension, (row + 1) * trainedDimension))).toBeCloseTo(1, 5);
  });

  it('is the given one where there is nothing to learn from', async () => {
    const two = Float32Array.of(1, 0, 0, 1);
    const space = await selfTrainedSpace({ rows: two, dimension: 2, classCount: 2, seed: 1 });
    expect([...space.trained.subarray(0, 2)].slice(0, 2)).toEqual([1, 0]);
    expect(space.graph.count).toBe(2);
  });
});
