import { describe, expect, test } from 'vitest';
import { float, Graph, ints, int, body } from '../../../model/onnx/graph.ts';
import { floatsOf, floatTensor, intTensor, OnnxError, openSession } from '../../../model/onnx/session.ts';

/** n! · x by a loop, with every kind of attribute and constant on the way. */
const factorialGraph = (): Graph => {
  const graph = new Graph();
  const value = graph.input('value', 'float32', ['rows', 2]);
  const times = graph.input('times', 'int64', []);
  const loop = new Graph(graph);
  const step = loop.input('step', 'int64', []);
  const goOn = loop.input('goOn', 'bool', []);
  const carried = loop.input('carried', 'float32', ['rows', 2]);
  const factor = loop.apply('Cast', [loop.apply('Add', [step, loop.integers(1)])], { to: int(1) });
  loop.output('goesOn', goOn, 'bool', []);
  loop.output('product', loop.apply('Mul', [carried, factor]), 'float32', ['rows', 2]);
  const product = graph.apply('Loop', [times, graph.truth(true), value], { body: body(loop) });
  const turned = graph.apply('Transpose', [product], { perm: ints([1, 0]) });
  const leaky = graph.apply('LeakyRelu', [graph.apply('Add', [turned, graph.weights(Float32Array.of(0, 1), [2, 1])])], {
    alpha: float(0.5),
  });
  graph.output('result', graph.apply('Mul', [leaky, graph.scalar(10)]), 'float32', [2, 'rows']);
  return graph;
};

describe('a written graph', () => {
  test('is loaded and carried out by the ONNX runtime', async () => {
    const session = await openSession(factorialGraph().encode(), { threads: 1 });
    const results = await session.run({ value: floatTensor(Float32Array.of(1, 2, -3, 4), [2, 2]), times: intTensor([3], []) });
    await session.release();
    expect(results['result']?.dims).toEqual([2, 2]);
    // 3! · x, turned, +0 and +1 by row, negatives halved, · 10
    expect([...floatsOf(results, 'result')]).toEqual([60, -90, 130, 250]);
  });

  test('has the same bytes every time', () => {
    expect(factorialGraph().encode()).toEqual(factorialGraph().encode());
  });

  test('is refused by name where an operator does not exist', async () => {
    const graph = new Graph();
    graph.output('y', graph.apply('NoSuchOperator', [graph.input('x', 'float32', [1])]), 'float32', [1]);
    await expect(openSession(graph.encode(), { threads: 1 })).rejects.toThrow(/NoSuchOperator/u);
  });

  test('fails with an error of this layer where it is fed another shape', async () => {
    const session = await openSession(factorialGraph().encode(), { threads: 1 });
    const run = session.run({ value: floatTensor(Float32Array.of(1, 2, 3), [1, 3]), times: intTensor([1], []) });
    await expect(run).rejects.toThrow(OnnxError);
    await session.release();
  });

  test('answers no tensor under a name that it does not have', async () => {
    expect(() => floatsOf({}, 'missing')).toThrow('The graph answers no float32 tensor "missing".');
  });
});
