import { float32Bytes, uint16Bytes, uint32Bytes } from './bytes.ts';
import type { SparseRows } from './sparse.ts';
import type { ArtifactFiles, Classifier } from './stages.ts';

/** Weights below this share of the largest one are dropped; they carry most of the bytes and, measured, no accuracy. */
const NEGLIGIBLE_SHARE = 0.01;

/** Weights by feature: feature f has the entries `offsets[f]` to `offsets[f + 1]` of `labels` and `values`. */
export interface SparseWeights {
  readonly offsets: Uint32Array;
  readonly labels: Uint16Array;
  readonly values: Float32Array;
  readonly bias: Float32Array;
}

/** @param weights dense (width + 1) × classCount, the last row is the bias */
export const createLinearClassifier = (weights: {
  readonly dense: Float32Array;
  readonly width: number;
  readonly classCount: number;
}): Classifier => {
  const { dense, width, classCount } = weights;
  let largest = 0;
  for (let at = 0; at < width * classCount; at++) largest = Math.max(largest, Math.abs(dense[at]!));
  const negligible = largest * NEGLIGIBLE_SHARE;
  const offsets = new Uint32Array(width + 1);
  const labels: number[] = [];
  const values: number[] = [];
  for (let feature = 0; feature < width; feature++) {
    for (let label = 0; label < classCount; label++) {
      const weight = dense[feature * classCount + label]!;
      if (Math.abs(weight) <= negligible) continue;
      labels.push(label);
      values.push(weight);
    }
    offsets[feature + 1] = labels.length;
  }
  return openLinearClassifier({
    offsets,
    labels: Uint16Array.from(labels),
    values: Float32Array.from(values),
    bias: dense.slice(width * classCount),
  });
};

/** A linear classifier: score = bias + Σ value × weight. */
export const openLinearClassifier = (weights: SparseWeights): Classifier => {
  const { offsets, labels, values, bias } = weights;
  const classCount = bias.length;
  const meanBias = bias.reduce((sum, value) => sum + value, 0) / classCount;

  const score = (rows: SparseRows): Float32Array => {
    const scores = new Float32Array(rows.count * classCount);
    for (let row = 0; row < rows.count; row++) {
      const first = row * classCount;
      scores.set(bias, first);
      for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
        const feature = rows.indices[entry]!;
        const value = rows.values[entry]!;
        for (let at = offsets[feature]!; at < offsets[feature + 1]!; at++) scores[first + labels[at]!]! += value * values[at]!;
      }
    }
    return scores;
  };

  const relativeWeight = (feature: number, label: number): number => {
    let own = 0;
    let sum = 0;
    for (let at = offsets[feature]!; at < offsets[feature + 1]!; at++) {
      sum += values[at]!;
      if (labels[at] === label) own = values[at]!;
    }
    return own - sum / classCount;
  };

  const files = (prefix: string): ArtifactFiles =>
    new Map([
      [`${prefix}.offsets.u32`, uint32Bytes(offsets)],
      [`${prefix}.labels.u16`, uint16Bytes(labels)],
      [`${prefix}.weights.f32`, float32Bytes(values)],
      [`${prefix}.bias.f32`, float32Bytes(bias)],
    ]);

  return { classCount, score, relativeWeight, relativeBias: (label) => bias[label]! - meanBias, files };
};
