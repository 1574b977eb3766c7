import { describe, expect, it } from 'vitest';
import { TrainingDataError } from '../../../model/errors.ts';
import { fitLogisticRegression, logProbabilities } from '../../../model/few-labels/logistic-regression.ts';
import { pseudoLabel, pseudoLabelIn } from '../../../model/few-labels/pseudo-label.ts';
import type { PseudoLabelling } from '../../../model/few-labels/pseudo-label.ts';
import { selfTrainedSpace } from '../../../model/few-labels/self-trained-space.ts';
import { clusteredPoints } from './clustered-points.ts';

const CLASSES = 8;
const LABELLED = 2;
const { rows, dimension, groupOf } = clusteredPoints({ groups: CLASSES, each: 40, dimension: 24, noise: 1.1, seed: 11 });
const labelled = groupOf.map((group, row) => (row < CLASSES * LABELLED ? group : -1));
const labelling: PseudoLabelling = { rows, dimension, classes: labelled, classCount: CLASSES, seed: 1 };

const accuracy = (scores: Float32Array): number => {
  let right = 0;
  for (let row = CLASSES * LABELLED; row < groupOf.length; row++) {
    const each = scores.subarray(row * CLASSES, (row + 1) * CLASSES);
    if (each.indexOf(Math.max(...each)) === groupOf[row]) right++;
  }
  return right / (groupOf.length - CLASSES * LABELLED);
};

describe('pseudo-labels', () => {
  it('are right more often than a regression on the labelled rows alone', async () => {
    const alone = await fitLogisticRegression({
      rows: rows.slice(0, CLASSES * LABELLED * dimension),
      dimension,
      classes: labelled.slice(0, CLASSES * LABELLED),
      classCount: CLASSES,
      inverseRegularization: 30,
    });
    const before = accuracy(await logProbabilities(alone, rows));
    const after = accuracy(await pseudoLabel(labelling));
    expect(before).toBeLessThan(0.93);
    expect(1 - after).toBeLessThan((1 - before) / 2);
  });

  it('are shares that sum to 1, and the label itself on labelled rows', async () => {
    const labels = await pseudoLabel(labelling);
    expect(labels.length).toBe(groupOf.length * CLASSES);
    for (let row = 0; row < groupOf.length; row++) {
      const each = [...labels.subarray(row * CLASSES, (row + 1) * CLASSES)];
      expect(Math.min(...each)).toBeGreaterThanOrEqual(0);
      expect(each.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(each[labelled[row]!] ?? 1).toBe(1);
    }
  });

  it('are the same bits again, and in a space made before', async () => {
    const space = await selfTrainedSpace(labelling);
    const labels = await pseudoLabelIn(space, labelled, CLASSES);
    expect(labels).toEqual(await pseudoLabelIn(space, labelled, CLASSES));
    expect(labels).toEqual(await pseudoLabel(labelling));
  });

  it('take a class without a labelled row, and report progress to the end', async () => {
    const steps: [number, number][] = [];
    const labels = await pseudoLabel({
      ...labelling,
      classes: labelled.map((label) => (label === 3 ? -1 : label)),
      onProgress: (done, total) => steps.push([done, total]),
    });
    expect(labels.every(Number.isFinite)).toBe(true);
    expect(steps.map(([done]) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(steps.at(-1)).toEqual([8, 8]);
  });

  it('are refused where nothing is labelled, and where sizes do not fit', async () => {
    await expect(pseudoLabel({ ...labelling, classes: labelled.map(() => -1) })).rejects.toThrow(TrainingDataError);
    await expect(pseudoLabel({ ...labelling, classes: labelled.slice(1) })).rejects.toThrow('319 classes do not fit 320 rows');
    await expect(pseudoLabel({ ...labelling, classCount: 4 })).rejects.toThrow('A class is not below 4');
  });
});
