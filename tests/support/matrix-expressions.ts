import type { Tape } from '../../model/onnx/tape.ts';
import type { Value } from '../../model/onnx/graph.ts';

/** A matrix in double precision, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export const matrixOf = (rows: number, columns: number, valueAt: (at: number) => number): Matrix => ({
  rows,
  columns,
  values: Float64Array.from({ length: rows * columns }, (_, at) => valueAt(at)),
});

/** The operations under test, as something can be computed with: once on a tape, once plainly in double precision. */
export interface Operations<T> {
  readonly matmul: (left: T, right: T) => T;
  readonly matmulTransposed: (left: T, right: T) => T;
  readonly linear: (rows: T, weights: T, bias: T) => T;
  readonly add: (left: T, right: T) => T;
  readonly multiply: (left: T, right: T) => T;
  readonly scale: (value: T, factor: number) => T;
  readonly relu: (value: T) => T;
  readonly gelu: (value: T) => T;
  readonly normalizeRows: (value: T) => T;
}

export const onTape = (tape: Tape): Operations<Value> => ({
  matmul: (left, right) => tape.matmul(left, right),
  matmulTransposed: (left, right) => tape.matmulTransposed(left, right),
  linear: (rows, weights, bias) => tape.linear(rows, weights, bias),
  add: (left, right) => tape.add(left, right),
  multiply: (left, right) => tape.multiply(left, right),
  scale: (value, factor) => tape.scale(value, factor),
  relu: (value) => tape.relu(value),
  gelu: (value) => tape.gelu(value),
  normalizeRows: (value) => tape.normalizeRows(value),
});

/** @param nearKink is told where a derivative jumps or explodes nearby, so that finite differences say nothing */
export const inDoubles = (nearKink: () => void = () => undefined): Operations<Matrix> => {
  const matmul = (left: Matrix, right: Matrix): Matrix =>
    matrixOf(left.rows, right.columns, (at) => {
      const [row, column] = [Math.floor(at / right.columns), at % right.columns];
      let sum = 0;
      for (let k = 0; k < left.columns; k++)
        sum += left.values[row * left.columns + k]! * right.values[k * right.columns + column]!;
      return sum;
    });
  const each = (of: Matrix, map: (value: number, at: number) => number): Matrix =>
    matrixOf(of.rows, of.columns, (at) => map(of.values[at]!, at));
  return {
    matmul,
    matmulTransposed: (left, right) => matmul(left, transposed(right)),
    linear: (rows, weights, bias) => each(matmul(rows, weights), (value, at) => value + bias.values[at % weights.columns]!),
    add: (left, right) => each(left, (value, at) => value + right.values[at]!),
    multiply: (left, right) => each(left, (value, at) => value * right.values[at]!),
    scale: (of, factor) => each(of, (value) => value * factor),
    relu: (of) =>
      each(of, (value) => {
        if (Math.abs(value) < 1e-3) nearKink();
        return Math.max(0, value);
      }),
    gelu: (of) => each(of, (value) => value * normalCumulative(value)),
    normalizeRows: (of) => {
      const lengths = rowsOf(of).map((row) => Math.hypot(...row));
      if (lengths.some((length) => length < 0.05)) nearKink();
      return each(of, (value, at) => value / lengths[Math.floor(at / of.columns)]!);
    },
  };
};

/** Mean cross-entropy of softmax(logits) against the targets' rows. */
export const crossEntropyInDoubles = (logits: Matrix, targets: Matrix): number =>
  rowsOf(logits).reduce((total, row, at) => {
    const top = Math.max(...row);
    const logarithm = top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0));
    return total - row.reduce((sum, value, k) => sum + targets.values[at * logits.columns + k]! * (value - logarithm), 0);
  }, 0) / logits.rows;

const rowsOf = ({ rows, columns, values }: Matrix): readonly (readonly number[])[] =>
  Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);

const transposed = ({ rows, columns, values }: Matrix): Matrix =>
  matrixOf(columns, rows, (at) => values[(at % rows) * columns + Math.floor(at / rows)]!);

/** Φ by the series of its density's integral: exact to double precision for the small arguments of the tests. */
const normalCumulative = (value: number): number => {
  if (Math.abs(value) > 6) return value > 0 ? 1 : 0;
  let term = value;
  let sum = value;
  for (let k = 1; k < 200; k++) {
    term *= (-value * value) / (2 * k);
    sum += term / (2 * k + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
};
