import { describe, expect, it } from 'vitest';
import { discriminate, fitDiscriminant } from '../../../model/few-labels/discriminant.ts';
import { seededNormal } from './clustered-points.ts';

const DIMENSION = 3;

/** Three classes that differ by little in the second column; the first varies most, and says nothing. */
const stretched = (): { readonly rows: Float32Array; readonly dimension: number; readonly classes: Int32Array } => {
  const normal = seededNormal(2);
  const classes = Int32Array.from({ length: 300 }, (_, row) => row % 3);
  const rows = Float32Array.from([...classes].flatMap((label) => [10 * normal(), label + 0.1 * normal(), normal()]));
  return { rows, dimension: DIMENSION, classes };
};

const meansOf = (values: Float32Array, columns: number, classes: Int32Array): readonly (readonly number[])[] =>
  [0, 1, 2].map((label) => {
    const members = [...classes.keys()].filter((row) => classes[row] === label);
    return Array.from(
      { length: columns },
      (_, at) => members.reduce((sum, row) => sum + values[row * columns + at]!, 0) / members.length,
    );
  });

const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, at) => value - other[at]!));

describe('discriminant analysis', () => {
  it('pulls apart classes that differ along a direction of little variance', async () => {
    const data = stretched();
    const discriminant = await fitDiscriminant(data, 0);
    const mapped = await discriminate(discriminant, data.rows);
    expect(discriminant.columns).toBe(2);
    const [first, second, third] = meansOf(mapped, 2, data.classes);
    expect(distance(first!, second!)).toBeGreaterThan(8);
    expect(distance(first!, third!)).toBeGreaterThan(16);
  });

  it('gives directions of variance 1 within classes that do not vary together', async () => {
    const { rows, dimension, classes } = stretched();
    const mapped = await discriminate(await fitDiscriminant({ rows, dimension, classes }, 0), rows);
    const means = meansOf(mapped, 2, classes);
    const products = [0, 0, 0];
    classes.forEach((label, row) => {
      const one = mapped[row * 2]! - means[label]![0]!;
      const other = mapped[row * 2 + 1]! - means[label]![1]!;
      [one * one, other * other, one * other].forEach((value, at) => (products[at]! += value / classes.length));
    });
    expect(products[0]).toBeCloseTo(1, 3);
    expect(products[1]).toBeCloseTo(1, 3);
    expect(products[2]).toBeCloseTo(0, 3);
  });

  it('keeps the proportions of the distances between means where it is shrunk to a sphere', async () => {
    const data = stretched();
    const before = meansOf(data.rows, DIMENSION, data.classes);
    const after = meansOf(await discriminate(await fitDiscriminant(data, 1), data.rows), 2, data.classes);
    const ratios = [
      distance(after[0]!, after[1]!) / distance(before[0]!, before[1]!),
      distance(after[0]!, after[2]!) / distance(before[0]!, before[2]!),
    ];
    expect(ratios[0]! / ratios[1]!).toBeCloseTo(1, 4);
  });

  it('takes a row of weight 2 as two rows, and leaves out rows of weight 0 and of no class', async () => {
    const { rows, classes } = stretched();
    const few = { dimension: DIMENSION, rows: rows.slice(0, 30 * DIMENSION), classes: classes.slice(0, 30) };
    const doubled = {
      dimension: DIMENSION,
      rows: Float32Array.from([...few.rows, ...few.rows.subarray(0, DIMENSION)]),
      classes: Int32Array.from([...few.classes, few.classes[0]!]),
    };
    const weighted = {
      dimension: DIMENSION,
      rows: Float32Array.from([...few.rows, 9, 9, 9, 7, 7, 7]),
      classes: Int32Array.from([...few.classes, 1, -1]),
      weights: Float32Array.from({ length: 32 }, (_, row) => (row === 0 ? 2 : row === 30 ? 0 : 1)),
    };
    const one = await discriminate(await fitDiscriminant(doubled, 0.2), few.rows);
    const other = await discriminate(await fitDiscriminant(weighted, 0.2), few.rows);
    one.forEach((value, at) => expect(other[at]).toBeCloseTo(value, 3));
  });

  it('has no direction where there is one class only', async () => {
    const { rows } = stretched();
    const discriminant = await fitDiscriminant({ rows, dimension: DIMENSION, classes: new Int32Array(300) }, 0.1);
    expect(discriminant.columns).toBe(0);
    expect((await discriminate(discriminant, rows)).length).toBe(0);
  });

  it('refuses too few rows without shrinkage, and takes them with it', async () => {
    const data = { rows: Float32Array.of(1, 0, 0, 1, 0.1, 0, 0, 1, 0), dimension: DIMENSION, classes: Int32Array.of(0, 0, 1) };
    await expect(fitDiscriminant(data, 0)).rejects.toThrow('not positive definite');
    expect((await fitDiscriminant(data, 0.1)).columns).toBe(1);
  });
});
