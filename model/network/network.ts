import { Graph, int } from '../onnx/graph.ts';
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

/** What a network makes of rows. */
export interface Evaluation {
  /** n × classes */
  readonly scores: Float32Array;
  /** n × hidden, before the activation; what the gradient is taken from. */
  readonly hidden: Float32Array;
  /** n × hidden: the hidden values after the activation, rows of unit length. */
  readonly direction: Float32Array;
}

export interface Network {
  readonly weights: NetworkWeights;
  /** @param rows n × inputs */
  readonly evaluate: (rows: Float32Array) => Promise<Evaluation>;
  /**
   * The gradient of Σ scores × direction with respect to the last values of each row, row by row.
   * @param hidden of the rows' evaluation
   * @param direction n × classes
   * @returns n × the number of last values that the network was opened for
   */
  readonly gradient: (hidden: Float32Array, direction: Float32Array) => Promise<Float32Array>;
  readonly release: () => Promise<void>;
}

/** @param explained how many of the last values of a row `gradient` is for; all of them by default */
export const openNetwork = async (weights: NetworkWeights, explained = weights.inputs): Promise<Network> => {
  const { inputs, classes } = weights;
  const scoring = await openSession(writeScores(weights), { threads: 1 });
  let differentiating: Promise<OnnxSession> | undefined;
  return {
    weights,
    evaluate: async (rows) => {
      if (rows.length === 0) return { scores: new Float32Array(0), hidden: new Float32Array(0), direction: new Float32Array(0) };
      const results = await scoring.run({ rows: floatTensor(rows, [rows.length / inputs, inputs]) });
      return {
        scores: floatsOf(results, 'scores'),
        hidden: floatsOf(results, 'hidden'),
        direction: floatsOf(results, 'direction'),
      };
    },
    gradient: async (hidden, direction) => {
      if (hidden.length === 0) return new Float32Array(0);
      differentiating ??= openSession(writeGradient(weights, explained), { threads: 1 });
      const count = hidden.length / weights.hidden;
      const session = await differentiating;
      return floatsOf(
        await session.run({
          hidden: floatTensor(hidden, [count, weights.hidden]),
          direction: floatTensor(direction, [count, classes]),
        }),
        'gradient',
      );
    },
    release: async () => {
      await scoring.release();
      await (await differentiating)?.release();
    },
  };
};

const writeScores = (weights: NetworkWeights): Uint8Array => {
  const { inputs, hidden, classes } = weights;
  const graph = new Graph();
  const tape = new Tape(graph);
  const rows = tape.scale(graph.input('rows', 'float32', ['n', inputs]), Math.sqrt(inputs));
  const inner = graph.weights(weights.inner, [inputs, hidden]);
  const layer = tape.linear(rows, inner, graph.weights(weights.innerBias, [hidden]));
  graph.output('hidden', layer, 'float32', ['n', hidden]);
  const active = tape.gelu(layer);
  graph.output('direction', graph.apply('LpNormalization', [active], { axis: int(1), p: int(2) }), 'float32', ['n', hidden]);
  graph.output('scores', scoresOf(tape, active, weights), 'float32', ['n', classes]);
  return graph.encode();
};

/** @param active hidden values after the activation */
const scoresOf = (tape: Tape, active: Value, { hidden, classes, ...weights }: NetworkWeights): Value => {
  const { graph } = tape;
  const outer = graph.weights(weights.outer, [hidden, classes]);
  return tape.linear(active, outer, graph.weights(weights.outerBias, [classes]));
};

const writeGradient = (weights: NetworkWeights, explained: number): Uint8Array => {
  const { inputs, hidden, classes } = weights;
  const graph = new Graph();
  const tape = new Tape(graph);
  const layer = graph.input('hidden', 'float32', ['n', hidden]);
  const direction = graph.input('direction', 'float32', ['n', classes]);
  const total = tape.sum(tape.multiply(scoresOf(tape, tape.gelu(layer), weights), direction));
  const ofLayer = tape.gradients(total, [layer])[0]!;
  const inner = graph.weights(weights.inner.subarray((inputs - explained) * hidden), [explained, hidden]);
  const gradient = tape.scale(tape.matmulTransposed(ofLayer, inner), Math.sqrt(inputs));
  graph.output('gradient', gradient, 'float32', ['n', explained]);
  return graph.encode();
};
