import { describe, expect, test } from 'vitest';
import { findClusters, MOST_CLUSTERED } from '../../../model/cluster/find-clusters.ts';
import type { ClusterSearch, FoundClusters } from '../../../model/cluster/find-clusters.ts';
import { findThemes } from '../../../model/cluster/find-themes.ts';
import { clusteringAgreement } from '../../../model/evaluate/clustering-agreement.ts';
import { gatherRows } from '../../../model/gather-rows.ts';
import { seededRandom } from '../../../model/random.ts';

const DIMENSION = 16;

interface Groups {
  readonly rows: Float32Array;
  readonly labels: Int32Array;
}

/** Unit vectors around as many random centres; `noise` is the length of what is added to a centre. */
const groupsOf = (count: number, each: number, noise = 0.5, seed = 1): Groups => {
  const random = seededRandom(seed);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: count }, () => unit(Float32Array.from({ length: DIMENSION }, gauss)));
  const labels = Int32Array.from({ length: count * each }, (_, row) => row % count);
  const rows = new Float32Array(labels.length * DIMENSION);
  labels.forEach((label, row) =>
    rows.set(unit(centres[label]!.map((value) => value + (noise * gauss()) / Math.sqrt(DIMENSION))), row * DIMENSION),
  );
  return { rows, labels };
};

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};

const found = (groups: Groups, fields: Partial<ClusterSearch> = {}): Promise<FoundClusters> =>
  findClusters({ rows: groups.rows, dimension: DIMENSION, seed: 1, minSize: 5, ...fields });

describe('clusters of vectors', () => {
  test('are the groups that are there, and so is their number', async () => {
    const groups = groupsOf(12, 30);
    const { nearest, ofRow, count } = await found(groups);
    expect(count).toBe(12);
    expect(clusteringAgreement(nearest, groups.labels).ari).toBeGreaterThan(0.95);
    expect(ofRow.filter((cluster) => cluster === -1).length).toBeLessThan(0.05 * groups.labels.length);
  });

  test('are numbered from the largest down, without gaps', async () => {
    const groups = groupsOf(5, 40);
    const kept = groups.labels.map((label, row) => (label === 0 || row < 100 ? 1 : 0));
    const rows = groups.rows.filter((_, at) => kept[Math.floor(at / DIMENSION)] === 1);
    const { ofRow, count } = await found({ rows, labels: groups.labels });
    const sizes = Array.from({ length: count }, (_, cluster) => ofRow.filter((own) => own === cluster).length);
    expect(sizes).toEqual(sizes.toSorted((left, right) => right - left));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
  });

  test('are the same for the same rows and seed', async () => {
    const groups = groupsOf(6, 25, 0.9);
    expect(await found(groups)).toEqual(await found(groups));
  });

  test('are as many as are asked for', async () => {
    const groups = groupsOf(12, 30);
    for (const number of [4, 12, 20]) {
      const { count, nearest } = await found(groups, { number });
      expect(count).toBe(number);
      expect(new Set(nearest).size).toBe(number);
    }
  });

  test('leave out what is like nothing else, and name the cluster that is nearest to it', async () => {
    const groups = groupsOf(6, 30);
    const strange = groupsOf(3, 1, 0.5, 9);
    const rows = Float32Array.of(...groups.rows, ...strange.rows);
    const { ofRow, nearest, count } = await found({ rows, labels: groups.labels });
    expect(count).toBe(6);
    expect(Array.from(ofRow.slice(180))).toEqual([-1, -1, -1]);
    for (const cluster of nearest) expect(cluster).toBeGreaterThanOrEqual(0);
  });

  test('are found in a sample where there are many rows, and the others assigned to them', async () => {
    const groups = groupsOf(10, MOST_CLUSTERED / 10 + 50);
    const { ofRow, nearest, count } = await found(groups);
    expect(count).toBe(10);
    expect(clusteringAgreement(nearest, groups.labels).accuracy).toBeGreaterThan(0.95);
    expect(ofRow.filter((cluster) => cluster === -1).length).toBeLessThan(0.1 * groups.labels.length);
  });

  test('are told apart by a wide view where the rows leave out what tells them apart', async () => {
    const { rows, labels } = groupsOf(12, 30);
    const halves = rows.filter((_, at) => at % DIMENSION < DIMENSION / 4);
    const short = Float32Array.from({ length: labels.length * (DIMENSION / 4) }, (_, at) => {
      const row = Math.floor(at / (DIMENSION / 4)) * (DIMENSION / 4);
      return halves[at]! / Math.hypot(...halves.subarray(row, row + DIMENSION / 4));
    });
    const search = { rows: short, dimension: DIMENSION / 4, number: 12 };
    const wide = { dimension: DIMENSION, rowsAt: (positions: Int32Array) => gatherRows(rows, positions, DIMENSION) };
    const agreement = async (fields: Partial<ClusterSearch>): Promise<number> =>
      clusteringAgreement((await found({ rows: short, labels }, fields)).nearest, labels).ari;
    expect(await agreement({ ...search, wide })).toBeGreaterThan((await agreement(search)) + 0.05);
  });

  test('are what they are without a wide view where that has more values than there are rows', async () => {
    const groups = groupsOf(4, 20);
    const wide = { dimension: 81, rowsAt: (positions: Int32Array) => new Float32Array(positions.length * 81) };
    expect(await found(groups, { wide })).toEqual(await found(groups));
  });

  test('ask a wide view for the rows of the sample alone', async () => {
    const { rows } = groupsOf(10, MOST_CLUSTERED / 10 + 50);
    const asked: number[] = [];
    const rowsAt = (positions: Int32Array): Float32Array => {
      asked.push(...positions);
      return gatherRows(rows, positions, DIMENSION);
    };
    await found({ rows, labels: new Int32Array() }, { number: 10, wide: { dimension: DIMENSION, rowsAt } });
    expect(asked).toHaveLength(MOST_CLUSTERED);
    expect(Math.max(...asked)).toBeGreaterThan(MOST_CLUSTERED);
  });

  test.each([0, 1, 2, 3])('of %i rows are none, or few, but never a failure', async (count) => {
    const { rows, labels } = groupsOf(1, count);
    const { ofRow } = await found({ rows, labels });
    expect([...ofRow].every((cluster) => cluster === -1)).toBe(true);
  });

  test('of rows that are all the same are one', async () => {
    const rows = Float32Array.from({ length: 40 * DIMENSION }, (_, at) => (at % DIMENSION === 0 ? 1 : 0));
    const { nearest } = await found({ rows, labels: new Int32Array(40) });
    expect(nearest).toHaveLength(40);
  });
});

test('themes hold the clusters whose centres lie together', () => {
  const turned = (angle: number): readonly number[] => [Math.cos(angle), Math.sin(angle)];
  const angles = [0, 0.1, 0.2, 1.5, 1.6, 1.7, 3, 3.1, 3.2];
  const rows = Float32Array.from(angles.flatMap((angle) => [...turned(angle), ...turned(angle + 0.01)]));
  const ofRow = Int32Array.from(angles.flatMap((_, cluster) => [cluster, cluster]));
  expect([...findThemes(rows, ofRow, 9, 2)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
});
