import { describe, expect, it } from 'vitest';
import { minimize } from '../../../model/few-labels/lbfgs.ts';
import { fitLogisticRegression, logProbabilities } from '../../../model/few-labels/logistic-regression.ts';
import { clusteredPoints } from './clustered-points.ts';

const points = (): Parameters<typeof fitLogisticRegression>[0] => {
  const { rows, dimension, groupOf } = clusteredPoints({ groups: 4, each: 30, dimension: 6, noise: 0.8, seed: 6 });
  return { rows, dimension, classes: groupOf, classCount: 4, inverseRegularization: 30 };
};

describe('l-bfgs', () => {
  it('finds the minimum of a badly scaled bowl and of a bent valley', async () => {
    const bowl = await minimize(
      async (at) => ({
        value: at.reduce((sum, value, index) => sum + 10 ** index * (value - index) ** 2, 0),
        gradient: at.map((value, index) => 2 * 10 ** index * (value - index)),
      }),
      new Float64Array(5),
      { mostIterations: 200, tolerance: 1e-8 },
    );
    bowl.forEach((value, index) => expect(value).toBeCloseTo(index, 6));
    const valley = await minimize(
      async ([x, y]) => ({
        value: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
        gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)),
      }),
      Float64Array.of(-1.2, 1),
      { mostIterations: 200, tolerance: 1e-8 },
    );
    valley.forEach((value) => expect(value).toBeCloseTo(1, 6));
  });
});

describe('logistic regression', () => {
  it('ends where losses and penalty pull equally', async () => {
    const training = points();
    const { rows, dimension, classes, classCount } = training;
    const model = await fitLogisticRegression(training);
    const logs = await logProbabilities(model, rows);
    for (let label = 0; label < classCount; label++) {
      let bias = 0;
      const pulls = new Float64Array(dimension);
      classes.forEach((own, row) => {
        const residual = Math.exp(logs[row * classCount + label]!) - (own === label ? 1 : 0);
        bias += residual;
        for (let at = 0; at < dimension; at++) pulls[at]! += residual * rows[row * dimension + at]!;
      });
      expect(Math.abs(bias / classes.length)).toBeLessThan(2e-4);
      for (let at = 0; at < dimension; at++)
        expect(Math.abs(30 * pulls[at]! + model.weights[at * classCount + label]!)).toBeLessThan(30 * classes.length * 2e-4);
    }
  });

  it('tells the classes apart, with probabilities that sum to 1', async () => {
    const training = points();
    const logs = await logProbabilities(await fitLogisticRegression(training), training.rows);
    let right = 0;
    training.classes.forEach((own, row) => {
      const each = [...logs.subarray(row * 4, (row + 1) * 4)];
      expect(each.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 5);
      if (each.indexOf(Math.max(...each)) === own) right++;
    });
    expect(right / training.classes.length).toBeGreaterThan(0.85);
  });

  it('has smaller weights the more it is regularized', async () => {
    const lengths = await Promise.all(
      [0.1, 1, 30].map(async (inverseRegularization) =>
        Math.hypot(...(await fitLogisticRegression({ ...points(), inverseRegularization })).weights),
      ),
    );
    expect(lengths[0]).toBeLessThan(lengths[1]! / 2);
    expect(lengths[1]).toBeLessThan(lengths[2]! / 2);
  });

  it('gives the same bits again', async () => {
    expect(await fitLogisticRegression(points())).toEqual(await fitLogisticRegression(points()));
  });
});
