import { float, Graph, int, ints } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { quantizedProduct } from '../onnx/quantized-product.ts';
import type { ValueRange } from '../onnx/quantized-product.ts';
import type { UseLiteSource, Weights } from './use-lite-weights.ts';

const TOKEN_SIZE = 256;
const STATE_SIZE = 512;
const HEADS = 4;
/** Of the layer normalisations. */
const EPSILON = 1e-6;
/** Added to the attention scores of padding, so that its weight is 0. */
const NEVER = -1e9;
/** Padding's part in a maximum over tokens: below every state. */
const LOWEST = -1e4;

export const USE_LITE_DIMENSION = STATE_SIZE;
export const USE_LITE_MAX_TOKENS = 128;
/** The pooled hidden states, in the order of the graph's output. */
export const USE_LITE_HIDDEN = [
  { name: 'token-mean', size: TOKEN_SIZE },
  { name: 'layer-0-mean', size: STATE_SIZE },
  { name: 'layer-0-max', size: STATE_SIZE },
  { name: 'layer-1-mean', size: STATE_SIZE },
  { name: 'layer-1-max', size: STATE_SIZE },
] as const;

/** The products with weights that take most of the time: four fifths of all multiplications. */
export const LARGE_PRODUCTS = ['layer-0-inner', 'layer-0-outer', 'layer-1-qkv', 'layer-1-inner', 'layer-1-outer'] as const;
export type LargeProduct = (typeof LARGE_PRODUCTS)[number];

/** How a large product is written into the graph. */
export type WriteProduct = (graph: Graph, name: LargeProduct, value: Value, weights: Weights) => Value;

export const exactProduct: WriteProduct = (graph, _, value, { values, shape }) =>
  graph.apply('MatMul', [value, graph.weights(values, shape)]);

/** @param ranges of what each product is given */
export const productInWholeNumbers =
  (ranges: Readonly<Record<LargeProduct, ValueRange>>): WriteProduct =>
  (graph, name, value, { values, shape: [rows = 0, columns = 0] }) =>
    quantizedProduct(graph, value, { values, shape: [rows, columns] }, ranges[name]);

/**
 * Universal Sentence Encoder lite (Cer et al. 2018, the transformer of two layers) as an ONNX graph. Inputs: `ids` n × t int32
 * token ids, `mask` n × t, 1 for a token and 0 for padding; every row has a token. Outputs: `embedding` n × 512, rows of unit
 * length; `hidden` n × 2304, see USE_LITE_HIDDEN. Where they are asked for: `token` n × t × 256, `layer-0` and `layer-1` n × t × 512, the states that
 * these are pooled from; `bent` n × 512, the embedding before it is brought to unit length, and `kernel` 512 × 512, the weights it comes by.
 */
export const writeUseLiteGraph = (source: UseLiteSource, writeProduct: WriteProduct): Uint8Array<ArrayBuffer> => {
  const graph = new Graph();
  const ids = graph.input('ids', 'int32', ['texts', 'tokens']);
  const mask = graph.input('mask', 'float32', ['texts', 'tokens']);
  const to = {
    ...operationsOn(graph),
    weights: weightsInto(graph, source),
    large: (name: LargeProduct, value: Value, ending: string, reshaped?: readonly number[]): Value => {
      const { values, shape } = source.weights(ending);
      return writeProduct(graph, name, value, { values, shape: reshaped ?? shape });
    },
  };
  const pool = poolingBy(graph, mask);

  const tokens = graph.apply('Gather', [to.weights('module/Embeddings_en'), ids]);
  const positions = graph.apply('Slice', [
    graph.weights(timingSignal(source), [USE_LITE_MAX_TOKENS, TOKEN_SIZE]),
    graph.integers(0),
    graph.apply('Gather', [graph.apply('Shape', [ids]), graph.integers(1)]),
    graph.integers(0),
  ]);
  const padding = to.scale(to.subtract(graph.scalar(1), to.unsqueeze(mask, 1, 2)), NEVER);
  // Twice: the embedding is added to its own scatter onto the padded rows.
  const entered = to.add(to.add(tokens, tokens), positions);
  const first = transformerLayer(graph, to, { layer: 0, states: entered, size: TOKEN_SIZE, padding });
  const second = transformerLayer(graph, to, { layer: 1, states: first, size: STATE_SIZE, padding });

  const mean = pool.mean(second);
  const kernel = to.weights('tanh_layer_0/weights');
  const bent = graph.apply('Tanh', [to.linear(mean, kernel, to.weights('tanh_layer_0/bias'))]);
  const embedding = graph.apply('LpNormalization', [bent], { axis: int(1), p: int(2) });
  const pooled = [pool.mean(tokens), pool.mean(first), pool.maximum(first), mean, pool.maximum(second)];
  const hidden = graph.apply('Concat', pooled, { axis: int(1) });
  graph.output('embedding', embedding, 'float32', ['texts', STATE_SIZE]);
  graph.output('hidden', hidden, 'float32', ['texts', USE_LITE_HIDDEN.reduce((sum, { size }) => sum + size, 0)]);
  for (const [name, states, size] of [
    ['token', tokens, TOKEN_SIZE],
    ['layer-0', first, STATE_SIZE],
    ['layer-1', second, STATE_SIZE],
  ] as const)
    graph.output(name, states, 'float32', ['texts', 'tokens', size]);
  graph.output('bent', bent, 'float32', ['texts', STATE_SIZE]);
  graph.output('kernel', kernel, 'float32', [STATE_SIZE, STATE_SIZE]);
  return graph.encode();
};

type Operations = ReturnType<typeof operationsOn> & {
  readonly weights: ReturnType<typeof weightsInto>;
  /** value · the weights whose name ends like this */
  readonly large: (name: LargeProduct, value: Value, ending: string, reshaped?: readonly number[]) => Value;
};

interface Layer {
  readonly layer: 0 | 1;
  readonly states: Value;
  readonly size: number;
  /** Added to attention scores. */
  readonly padding: Value;
}

/** Attention and feed-forward network, each normalised before and added to what came in ("pre-norm"). */
const transformerLayer = (graph: Graph, to: Operations, { layer, states, size, padding }: Layer): Value => {
  const ofLayer = (ending: string): string => `Layer_${layer}/TransformerLayer/${ending}`;
  const named = (ending: string): Value => to.weights(ofLayer(ending));
  const normalized = (value: Value, of: string): Value =>
    graph.apply(
      'LayerNormalization',
      [
        value,
        named(`${of}layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`),
        named(`${of}layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`),
      ],
      { axis: int(-1), epsilon: float(EPSILON) },
    );
  const kernel = (of: 'qkv' | 'output'): string => `MultiheadAttention/${of}_transform_single/kernel/part_0`;
  const bias = (of: 'qkv' | 'output'): Value => named(`MultiheadAttention/${of}_transform_single/bias/ConcatPartitions/concat`);

  const entering = normalized(states, '');
  const projected =
    layer === 1
      ? to.large('layer-1-qkv', entering, ofLayer(kernel('qkv')), [size, 3 * size])
      : to.multiply(entering, to.weights(ofLayer(kernel('qkv')), [size, 3 * size]));
  const [query, key, value] = graph.applyMany(
    'Split',
    [to.add(projected, bias('qkv')), graph.integers(size, size, size)],
    { axis: int(2) },
    3,
  );
  const headSize = size / HEADS;
  const heads = (of: Value, order: readonly number[]): Value =>
    graph.apply('Transpose', [graph.apply('Reshape', [of, graph.integers(0, 0, HEADS, headSize)])], { perm: ints(order) });
  const scores = to.multiply(to.scale(heads(query!, [0, 2, 1, 3]), 1 / Math.sqrt(headSize)), heads(key!, [0, 2, 3, 1]));
  const attention = graph.apply('Softmax', [to.add(scores, padding)], { axis: int(-1) });
  const gathered = graph.apply('Transpose', [to.multiply(attention, heads(value!, [0, 2, 1, 3]))], { perm: ints([0, 2, 1, 3]) });
  const context = graph.apply('Reshape', [gathered, graph.integers(0, 0, size)]);
  const entered =
    size === STATE_SIZE
      ? states
      : to.linear(states, named('dense/kernel/ConcatPartitions/concat'), named('dense/bias/ConcatPartitions/concat'));
  const attended = to.add(to.linear(context, to.weights(ofLayer(kernel('output')), [size, STATE_SIZE]), bias('output')), entered);

  const inner = to.add(
    to.large(`layer-${layer}-inner`, normalized(attended, 'FFN/'), ofLayer('FFN/conv1/Tensordot/Reshape_1')),
    named('FFN/conv1/bias/ConcatPartitions/concat'),
  );
  const outer = to.add(
    to.large(`layer-${layer}-outer`, graph.apply('Relu', [inner]), ofLayer('FFN/conv2/Tensordot/Reshape_1')),
    named('FFN/conv2/bias/ConcatPartitions/concat'),
  );
  return to.add(outer, attended);
};

const operationsOn = (graph: Graph) => {
  const add = (left: Value, right: Value): Value => graph.apply('Add', [left, right]);
  const multiply = (left: Value, right: Value): Value => graph.apply('MatMul', [left, right]);
  return {
    add,
    multiply,
    subtract: (left: Value, right: Value): Value => graph.apply('Sub', [left, right]),
    scale: (value: Value, factor: number): Value => graph.apply('Mul', [value, graph.scalar(factor)]),
    linear: (value: Value, kernel: Value, bias: Value): Value => add(multiply(value, kernel), bias),
    unsqueeze: (value: Value, ...axes: readonly number[]): Value => graph.apply('Unsqueeze', [value, graph.integers(...axes)]),
  };
};

const weightsInto =
  (graph: Graph, source: UseLiteSource) =>
  (ending: string, reshaped?: readonly number[]): Value => {
    const { values, shape } = source.weights(ending);
    return graph.weights(values, reshaped ?? shape);
  };

/** Means and maxima over the tokens of a text, padding left out. */
const poolingBy = (graph: Graph, mask: Value) => {
  const times = (left: Value, right: Value): Value => graph.apply('Mul', [left, right]);
  const ofTokens = graph.apply('Unsqueeze', [mask, graph.integers(2)]);
  const ofPadding = times(graph.apply('Sub', [graph.scalar(1), ofTokens]), graph.scalar(LOWEST));
  const counts = graph.apply('ReduceSum', [mask, graph.integers(1)], { keepdims: int(1) });
  return {
    mean: (states: Value): Value =>
      graph.apply('Div', [graph.apply('ReduceSum', [times(states, ofTokens), graph.integers(1)], { keepdims: int(0) }), counts]),
    maximum: (states: Value): Value =>
      graph.apply('ReduceMax', [graph.apply('Add', [times(states, ofTokens), ofPadding])], { axes: ints([1]), keepdims: int(0) }),
  };
};

/** Sine and cosine of each position at each of the frequencies (Vaswani et al. 2017, section 3.5). */
const timingSignal = (source: UseLiteSource): Float32Array => {
  const frequencies = source.weights('TimingSignal/ExpandDims_1').values;
  const signal = new Float32Array(USE_LITE_MAX_TOKENS * TOKEN_SIZE);
  for (let position = 0; position < USE_LITE_MAX_TOKENS; position++)
    for (const [at, frequency] of frequencies.entries()) {
      signal[position * TOKEN_SIZE + at] = Math.sin(position * frequency);
      signal[position * TOKEN_SIZE + frequencies.length + at] = Math.cos(position * frequency);
    }
  return signal;
};
