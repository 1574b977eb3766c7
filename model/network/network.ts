import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { floatTensor, floatsOf, openSession } from '../onnx/session.ts';
import type { OnnxSession } from '../onnx/session.ts';
import { Tape } from '../onnx/tape.ts';

/** One hidden layer: scores = gelu(√inputs · rows · inner + innerBias) · outer + outerBias; rows of unit length get values near 1. */
export interface NetworkWeights {
  /** Values of a row. */
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  /** inputs × hidden */
  readonly inner: Float32Array;
  readonly innerBias: Float32Array;
  /** hidden × classes */
  readonly outer: Float32Array;
  readonly outerBias: Float32Array;
}

export interface Network {
  readonly weights: NetworkWeights;
  /** @param rows n × inputs @returns n × classes */
  readonly score: (rows: Float32Array) => Promise<Float32Array>;
  /**
   * The gradient of Σ scores × direction with respect to the rows, row by row.
   * @param direction n × classes
   * @returns n × inputs
   */
  readonly gradient: (rows: Float32Array, direction: Float32Array) => Promise<Float32Array>;
  readonly release: () => Promise<void>;
}

export const openNetwork = async (weights: NetworkWeights): Promise<Network> => {
  const { inputs, classes } = weights;
  const scoring = await openSession(writeScores(weights), { threads: 1 });
  let differentiating: Promise<OnnxSession> | undefined;
  return {
    weights,
    score: async (rows) => {
      if (rows.length === 0) return new Float32Array(0);
      return floatsOf(await scoring.run({ rows: floatTensor(rows, [rows.length / inputs, inputs]) }), 'scores');
    },
    gradient: async (rows, direction) => {
      if (rows.length === 0) return new Float32Array(0);
      differentiating ??= openSession(writeGradient(weights), { threads: 1 });
      const count = rows.length / inputs;
      const session = await differentiating;
      return floatsOf(
        await session.run({ rows: floatTensor(rows, [count, inputs]), direction: floatTensor(direction, [count, classes]) }),
        'gradient',
      );
    },
    release: async () => {
      await scoring.release();
      await (await differentiating)?.release();
    },
  };
};

const scoresOf = (tape: Tape, rows: Value, weights: NetworkWeights): Value => {
  const { graph } = tape;
  const { inputs, hidden, classes } = weights;
  const inner = graph.weights(weights.inner, [inputs, hidden]);
  const outer = graph.weights(weights.outer, [hidden, classes]);
  const activated = tape.gelu(
    tape.linear(tape.scale(rows, Math.sqrt(inputs)), inner, graph.weights(weights.innerBias, [hidden])),
  );
  return tape.linear(activated, outer, graph.weights(weights.outerBias, [classes]));
};

const writeScores = (weights: NetworkWeights): Uint8Array => {
  const graph = new Graph();
  const rows = graph.input('rows', 'float32', ['n', weights.inputs]);
  graph.output('scores', scoresOf(new Tape(graph), rows, weights), 'float32', ['n', weights.classes]);
  return graph.encode();
};

const writeGradient = (weights: NetworkWeights): Uint8Array => {
  const graph = new Graph();
  const rows = graph.input('rows', 'float32', ['n', weights.inputs]);
  const direction = graph.input('direction', 'float32', ['n', weights.classes]);
  const tape = new Tape(graph);
  const total = tape.sum(tape.multiply(scoresOf(tape, rows, weights), direction));
  graph.output('gradient', tape.gradients(total, [rows])[0]!, 'float32', ['n', weights.inputs]);
  return graph.encode();
};
