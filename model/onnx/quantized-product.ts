import { int } from './graph.ts';
import type { Graph, Value } from './graph.ts';

/** Seven bits: a sum of two products of 8 and 7 bits fits the 16 bits that processors without VNNI add them up in. */
const LARGEST_WEIGHT = 64;
const LARGEST_ACTIVATION = 255;

/** The least and the largest value that something takes. */
export interface ValueRange {
  readonly least: number;
  readonly largest: number;
}

/** A matrix in whole numbers: value ≈ whole number × scale of its column. */
export interface QuantizedMatrix {
  /** rows × columns, -64 to 64 */
  readonly values: Int8Array;
  /** One a column. */
  readonly scales: Float32Array;
}

/** Symmetric quantization column by column (Jacob et al. 2018, section 2). @param values rows × columns */
export const quantizeColumns = (values: Float32Array, columns: number): QuantizedMatrix => {
  const largest = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) largest[at % columns] = Math.max(largest[at % columns]!, Math.abs(values[at]!));
  const scales = Float32Array.from(largest, (value) => (value || 1) / LARGEST_WEIGHT);
  return { values: Int8Array.from(values, (value, at) => Math.round(value / scales[at % columns]!)), scales };
};

/**
 * value · weights in whole numbers: activations in 8 bits, at a scale that does not depend on what else is in the batch, weights in
 * 7. What lies outside the range is cut to it. The runtime joins these nodes into one product of integers.
 * @param weights rows × columns
 */
export const quantizedProduct = (
  graph: Graph,
  value: Value,
  weights: { readonly values: Float32Array; readonly shape: readonly [rows: number, columns: number] },
  range: ValueRange,
): Value => {
  const least = Math.min(0, range.least);
  const step = (Math.max(0, range.largest) - least) / LARGEST_ACTIVATION;
  const [scale, zero] = [graph.scalar(step), graph.byte(Math.round(-least / step))];
  const activations = graph.apply('DequantizeLinear', [graph.apply('QuantizeLinear', [value, scale, zero]), scale, zero]);
  const quantized = quantizeColumns(weights.values, weights.shape[1]);
  const kernel = graph.apply(
    'DequantizeLinear',
    [graph.bytes(quantized.values, weights.shape), graph.weights(quantized.scales, [weights.shape[1]])],
    { axis: int(1) },
  );
  return graph.apply('MatMul', [activations, kernel]);
};
