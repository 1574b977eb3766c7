import { int } from './graph.ts';
import type { Graph, Value } from './graph.ts';

/** One differentiable operation: from the gradient of its result to those of its inputs, each written only where it is needed. */
interface Step {
  readonly result: Value;
  readonly inputs: readonly Value[];
  readonly pullBack: (gradient: Value) => readonly (() => Value)[];
}

/** Below this length a row counts as zero and is not normalised. */
const SMALLEST_LENGTH = 1e-12;

/**
 * Differentiable operations on matrices, and the gradient of what they compute, written into the same graph
 * (reverse mode: Griewank & Walther 2008, chapter 3). Nothing is broadcast except where it says so: a gradient has the shape
 * of its value.
 */
export class Tape {
  readonly graph: Graph;
  readonly #steps: Step[] = [];

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** n × k by k × m. */
  matmul(left: Value, right: Value): Value {
    return this.#record(this.#gemm(left, right), [left, right], (gradient) => [
      () => this.#gemm(gradient, right, { right: true }),
      () => this.#gemm(left, gradient, { left: true }),
    ]);
  }

  /** n × k by the transpose of m × k: every row of one against every row of the other. */
  matmulTransposed(left: Value, right: Value): Value {
    return this.#record(this.#gemm(left, right, { right: true }), [left, right], (gradient) => [
      () => this.#gemm(gradient, right),
      () => this.#gemm(gradient, left, { left: true }),
    ]);
  }

  /** rows n × k, weights k × m, a bias of m that is added to every row. */
  linear(rows: Value, weights: Value, bias: Value): Value {
    return this.#record(this.graph.apply('Gemm', [rows, weights, bias]), [rows, weights, bias], (gradient) => [
      () => this.#gemm(gradient, weights, { right: true }),
      () => this.#gemm(rows, gradient, { left: true }),
      () => this.#sum(gradient, 0, 'drop'),
    ]);
  }

  /** Element by element, of equal shapes. */
  add(left: Value, right: Value): Value {
    return this.#record(this.graph.apply('Add', [left, right]), [left, right], (gradient) => [() => gradient, () => gradient]);
  }

  /** Element by element, of equal shapes. */
  multiply(left: Value, right: Value): Value {
    return this.#record(this.#times(left, right), [left, right], (gradient) => [
      () => this.#times(gradient, right),
      () => this.#times(gradient, left),
    ]);
  }

  /** Of all elements of a matrix: a scalar. */
  sum(value: Value): Value {
    const total = this.#sum(this.#sum(value, 1, 'drop'), 0, 'drop');
    return this.#record(total, [value], (gradient) => [
      () => this.graph.apply('Expand', [gradient, this.graph.apply('Shape', [value])]),
    ]);
  }

  scale(value: Value, factor: number): Value {
    const by = this.graph.scalar(factor);
    return this.#record(this.#times(value, by), [value], (gradient) => [() => this.#times(gradient, by)]);
  }

  relu(value: Value): Value {
    const result = this.graph.apply('Relu', [value]);
    return this.#record(result, [value], (gradient) => [() => this.#times(gradient, this.graph.apply('Sign', [result]))]);
  }

  /** Exact, x·Φ(x), not the tanh approximation (Hendrycks & Gimpel 2016). */
  gelu(value: Value): Value {
    const { graph } = this;
    const error = graph.apply('Erf', [this.#times(value, graph.scalar(Math.SQRT1_2))]);
    const cumulative = this.#times(graph.apply('Add', [error, graph.scalar(1)]), graph.scalar(0.5));
    return this.#record(this.#times(value, cumulative), [value], (gradient) => [
      () => {
        const exponent = this.#times(this.#times(value, value), graph.scalar(-0.5));
        const density = this.#times(graph.apply('Exp', [exponent]), graph.scalar(1 / Math.sqrt(2 * Math.PI)));
        return this.#times(gradient, graph.apply('Add', [cumulative, this.#times(value, density)]));
      },
    ]);
  }

  /** Rows to unit length; a row of zeros stays one. */
  normalizeRows(rows: Value): Value {
    const { graph } = this;
    const squares = this.#sum(this.#times(rows, rows), 1, 'keep');
    const length = graph.apply('Max', [graph.apply('Sqrt', [squares]), graph.scalar(SMALLEST_LENGTH)]);
    const result = graph.apply('Div', [rows, length]);
    return this.#record(result, [rows], (gradient) => [
      () => {
        const along = this.#times(result, this.#sum(this.#times(gradient, result), 1, 'keep'));
        return graph.apply('Div', [graph.apply('Sub', [gradient, along]), length]);
      },
    ]);
  }

  /**
   * Mean over the rows of the cross-entropy between softmax(logits) and soft targets.
   * @param logits n × classes
   * @param targets n × classes, rows sum to 1; no gradient flows into them
   * @param rowCount n, which must be known when the graph is written
   * @returns a scalar, in nats
   */
  softmaxCrossEntropy(logits: Value, targets: Value, rowCount: number): Value {
    const { graph } = this;
    const logarithms = graph.apply('LogSoftmax', [logits], { axis: int(1) });
    const mean = graph.scalar(1 / rowCount);
    const total = this.#sum(this.#sum(this.#times(targets, logarithms), 1, 'drop'), 0, 'drop');
    return this.#record(this.#times(graph.apply('Neg', [total]), mean), [logits], (gradient) => [
      () => this.#times(graph.apply('Sub', [graph.apply('Exp', [logarithms]), targets]), this.#times(gradient, mean)),
    ]);
  }

  /**
   * The gradient of a scalar with respect to each of the values, in their order; only what leads to them is written.
   * @throws RangeError where the scalar does not depend on one of them
   */
  gradients(scalar: Value, of: readonly Value[]): readonly Value[] {
    const relevant = new Set(of);
    for (const step of this.#steps) if (step.inputs.some((input) => relevant.has(input))) relevant.add(step.result);
    const gradients = new Map<Value, Value>([[scalar, this.graph.scalar(1)]]);
    for (const step of this.#steps.toReversed()) {
      const gradient = gradients.get(step.result);
      if (gradient === undefined || !relevant.has(step.result)) continue;
      for (const [at, write] of step.pullBack(gradient).entries()) {
        const input = step.inputs[at]!;
        if (!relevant.has(input)) continue;
        const before = gradients.get(input);
        const share = write();
        gradients.set(input, before === undefined ? share : this.graph.apply('Add', [before, share]));
      }
    }
    return of.map((value) => {
      const gradient = gradients.get(value);
      if (gradient === undefined) throw new RangeError(`The loss does not depend on ${value}; leave it out of the parameters.`);
      return gradient;
    });
  }

  #record(result: Value, inputs: readonly Value[], pullBack: Step['pullBack']): Value {
    this.#steps.push({ result, inputs, pullBack });
    return result;
  }

  #times(left: Value, right: Value): Value {
    return this.graph.apply('Mul', [left, right]);
  }

  #gemm(left: Value, right: Value, transposed: { readonly left?: true; readonly right?: true } = {}): Value {
    return this.graph.apply('Gemm', [left, right], {
      transA: int(transposed.left ? 1 : 0),
      transB: int(transposed.right ? 1 : 0),
    });
  }

  #sum(value: Value, axis: number, dimension: 'keep' | 'drop'): Value {
    return this.graph.apply('ReduceSum', [value, this.graph.integers(axis)], { keepdims: int(dimension === 'keep' ? 1 : 0) });
  }
}
