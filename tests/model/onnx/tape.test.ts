import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Graph } from '../../../model/onnx/graph.ts';
import { floatsOf, floatTensor, openSession } from '../../../model/onnx/session.ts';
import { Tape } from '../../../model/onnx/tape.ts';
import { seededRandom } from '../../../model/random.ts';
import { crossEntropyInDoubles, inDoubles, matrixOf, onTape } from '../../support/matrix-expressions.ts';
import type { Matrix, Operations } from '../../support/matrix-expressions.ts';

const ROWS = 3;
const COLUMNS = 4;

/** What stands in the middle of a random expression, from the value so far and the parameters. */
const layers = {
  matmul: (to, x, p) => to.matmul(x, p.square),
  matmulTransposed: (to, x, p) => to.matmulTransposed(x, p.square),
  linear: (to, x, p) => to.linear(x, p.square, p.bias),
  add: (to, x, p) => to.add(x, p.rows),
  multiply: (to, x, p) => to.multiply(x, p.rows),
  square: (to, x) => to.multiply(x, x),
  scale: (to, x) => to.scale(x, -1.7),
  relu: (to, x) => to.relu(x),
  gelu: (to, x) => to.gelu(x),
  normalizeRows: (to, x) => to.normalizeRows(x),
} satisfies Record<string, <T>(to: Operations<T>, value: T, parameters: Parameters<T>) => T>;

interface Parameters<T> {
  readonly rows: T;
  readonly square: T;
  readonly bias: T;
}

type Layer = keyof typeof layers;

/** Every parameter takes part, so that each has a gradient. */
const expression = <T>(to: Operations<T>, chosen: readonly Layer[], parameters: Parameters<T>): T => {
  const first = to.linear(parameters.rows, parameters.square, parameters.bias);
  return chosen.reduce((value, layer) => layers[layer](to, value, parameters), first);
};

const shapes: Readonly<Record<keyof Parameters<unknown>, readonly [number, number]>> = {
  rows: [ROWS, COLUMNS],
  square: [COLUMNS, COLUMNS],
  bias: [1, COLUMNS],
};
const names = ['rows', 'square', 'bias'] as const;

const randomMatrix = (random: () => number, [rows, columns]: readonly [number, number]): Matrix =>
  matrixOf(rows, columns, () => Math.fround(random() * 2 - 1));

const softTargets = (random: () => number): Matrix => {
  const raw = randomMatrix(random, shapes.rows);
  const sums = Array.from({ length: ROWS }, (_, row) =>
    raw.values.subarray(row * COLUMNS, (row + 1) * COLUMNS).reduce((sum, value) => sum + Math.abs(value), 0),
  );
  return matrixOf(ROWS, COLUMNS, (at) => Math.abs(raw.values[at]!) / sums[Math.floor(at / COLUMNS)]!);
};

/** Loss and gradients by the runtime; two losses of unlike weight, as several heads have. */
const byRuntime = async (
  chosen: readonly Layer[],
  parameters: Parameters<Matrix>,
  targets: Matrix,
): Promise<Readonly<Record<string, Float32Array>>> => {
  const graph = new Graph();
  const tape = new Tape(graph);
  const values = {
    rows: graph.input('rows', 'float32', shapes.rows),
    square: graph.input('square', 'float32', shapes.square),
    bias: graph.input('bias', 'float32', [COLUMNS]),
  };
  const soft = graph.input('targets', 'float32', shapes.rows);
  const logits = expression(onTape(tape), chosen, values);
  const loss = tape.add(
    tape.scale(tape.softmaxCrossEntropy(logits, soft, ROWS), 0.25),
    tape.softmaxCrossEntropy(tape.scale(logits, 2), soft, ROWS),
  );
  const gradients = tape.gradients(
    loss,
    names.map((name) => values[name]),
  );
  graph.output('loss', loss, 'float32', []);
  for (const [at, name] of names.entries())
    graph.output(`${name}Gradient`, gradients[at]!, 'float32', name === 'bias' ? [COLUMNS] : shapes[name]);
  const session = await openSession(graph.encode(), { threads: 1 });
  const results = await session.run({
    targets: floatTensor(Float32Array.from(targets.values), shapes.rows),
    ...Object.fromEntries(
      names.map((name) => [
        name,
        floatTensor(Float32Array.from(parameters[name].values), name === 'bias' ? [COLUMNS] : shapes[name]),
      ]),
    ),
  });
  await session.release();
  return Object.fromEntries(Object.keys(results).map((name) => [name, floatsOf(results, name)]));
};

const inDoublesOf = (
  chosen: readonly Layer[],
  parameters: Parameters<Matrix>,
  targets: Matrix,
  nearKink?: () => void,
): number => {
  const to = inDoubles(nearKink);
  const logits = expression(to, chosen, parameters);
  return 0.25 * crossEntropyInDoubles(logits, targets) + crossEntropyInDoubles(to.scale(logits, 2), targets);
};

const finiteDifferences = (
  of: (parameters: Parameters<Matrix>) => number,
  at: Parameters<Matrix>,
  name: keyof Parameters<unknown>,
) =>
  Array.from(at[name].values, (value, index) => {
    const shifted = (by: number): number => {
      const values = Float64Array.from(at[name].values);
      values[index] = value + by;
      return of({ ...at, [name]: { ...at[name], values } });
    };
    const by = 1e-5;
    return (shifted(by) - shifted(-by)) / (2 * by);
  });

describe('gradients written into a graph', () => {
  test('equal finite differences on random expressions', async () => {
    const chosenLayers = fc.array(fc.constantFrom(...(Object.keys(layers) as Layer[])), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(chosenLayers, fc.nat(), async (chosen, seed) => {
        const random = seededRandom(seed);
        const parameters: Parameters<Matrix> = {
          rows: randomMatrix(random, shapes.rows),
          square: randomMatrix(random, shapes.square),
          bias: randomMatrix(random, shapes.bias),
        };
        const targets = softTargets(random);
        let smooth = true;
        const loss = inDoublesOf(chosen, parameters, targets, () => (smooth = false));
        fc.pre(smooth);
        const results = await byRuntime(chosen, parameters, targets);
        expect(Math.abs(results['loss']![0]! - loss)).toBeLessThan(1e-4 * (1 + loss));
        for (const name of names) {
          const expected = finiteDifferences((shifted) => inDoublesOf(chosen, shifted, targets), parameters, name);
          const largest = Math.max(1, ...expected.map(Math.abs));
          for (const [at, value] of expected.entries())
            expect(Math.abs(results[`${name}Gradient`]![at]! - value)).toBeLessThan(2e-4 * largest);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a row of zeros stays zero when it is normalised', async () => {
    const graph = new Graph();
    const rows = graph.input('rows', 'float32', [2, 2]);
    graph.output('unit', new Tape(graph).normalizeRows(rows), 'float32', [2, 2]);
    const session = await openSession(graph.encode(), { threads: 1 });
    const results = await session.run({ rows: floatTensor(Float32Array.of(0, 0, 3, 4), [2, 2]) });
    expect([...floatsOf(results, 'unit')]).toEqual([0, 0, Math.fround(0.6), Math.fround(0.8)]);
  });

  test('a parameter that the loss does not depend on is refused', () => {
    const graph = new Graph();
    const tape = new Tape(graph);
    const used = graph.input('used', 'float32', [1, 1]);
    const unused = graph.input('unused', 'float32', [1, 1]);
    const loss = tape.softmaxCrossEntropy(used, used, 1);
    expect(() => tape.gradients(loss, [used, unused])).toThrow('The loss does not depend on unused');
  });
});
