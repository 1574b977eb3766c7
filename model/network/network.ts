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
   * The gradient of Σ scores × direction with respect to each row, averaged on the straight way from a row of zeros to the row:
   * integrated gradients (Sundararajan et al. 2017). Gradient × row adds up to what the row has more than zeros have.
   * @param hidden of the rows' evaluation
   * @param direction n × classes
   * @returns n × inputs
   */
  readonly integratedGradient: (hidden: Float32Array, direction: Float32Array) => Promise<Float32Array>;
  readonly release: () => Promise<void>;
}

export const openNetwork = async (weights: NetworkWeights): Promise<Network> => {
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
    integratedGradient: async (hidden, direction) => {
      if (hidden.length === 0) return new Float32Array(0);
      differentiating ??= openSession(writeIntegratedGradient(weights), { threads: 1 });
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

/** Nearer to each other than this, the ends of the way have the slope between them: their difference would be rounding. */
const NEAR = 1e-2;

/**
 * A hidden value goes straight from its bias to where it is, because the layer is linear; so its mean slope on the way is that of
 * the secant, and nothing has to be summed up on the way.
 */
const writeIntegratedGradient = (weights: NetworkWeights): Uint8Array => {
  const { inputs, hidden, classes } = weights;
  const graph = new Graph();
  const tape = new Tape(graph);
  const layer = graph.input('hidden', 'float32', ['n', hidden]);
  const direction = graph.input('direction', 'float32', ['n', classes]);
  const start = graph.weights(weights.innerBias, [1, hidden]);
  const way = graph.apply('Sub', [layer, start]);
  const near = graph.apply('Less', [graph.apply('Abs', [way]), graph.scalar(NEAR)]);
  const middle = tape.scale(graph.apply('Add', [layer, start]), 0.5);
  const slopeBetween = tape.gradients(tape.sum(tape.gelu(middle)), [middle])[0]!;
  const rise = graph.apply('Sub', [tape.gelu(layer), tape.gelu(start)]);
  const secant = graph.apply('Div', [rise, graph.apply('Where', [near, graph.scalar(1), way])]);
  const slope = graph.apply('Where', [near, slopeBetween, secant]);
  const ofActive = tape.matmulTransposed(direction, graph.weights(weights.outer, [hidden, classes]));
  const inner = graph.weights(weights.inner, [inputs, hidden]);
  const gradient = tape.scale(tape.matmulTransposed(tape.multiply(ofActive, slope), inner), Math.sqrt(inputs));
  graph.output('gradient', gradient, 'float32', ['n', inputs]);
  return graph.encode();
};
