import type { EncoderManifest } from '../encoder/manifest.ts';
import { hiddenSizeOf } from '../encoder/manifest.ts';
import { centreOf } from './half-whitening.ts';
import type { TextFeatures } from './text-features.ts';

/** Kept values are whole sixteenths of a standard deviation, at most eight of them. */
const STEPS_PER_DEVIATION = 16;
const MOST_STEPS = 127;
/** What never differs says nothing, and is not blown up. */
const LEAST_DEVIATION = 1e-4;

/** Brings each value of the encoder's embedding and hidden states to mean 0 and variance 1 on the training texts. */
export interface Standardization {
  /** width values */
  readonly centre: Float32Array;
  /** width values, 1 / standard deviation */
  readonly scale: Float32Array;
}

/** Values of a row of states: embedding and hidden states side by side. */
export const statesWidth = (manifest: Pick<EncoderManifest, 'dimension' | 'hidden'>): number =>
  manifest.dimension + hiddenSizeOf(manifest);

export const fitStandardization = (features: TextFeatures): Standardization => {
  const parts = [features.embedding, features.hidden].map((values) => {
    const width = values.length / Math.max(1, features.count);
    const centre = centreOf(values, width);
    const variances = new Float64Array(width);
    for (let at = 0; at < values.length; at++) variances[at % width]! += (values[at]! - centre[at % width]!) ** 2;
    return {
      centre,
      scale: Float32Array.from(variances, (sum) => 1 / Math.max(Math.sqrt(sum / Math.max(1, features.count)), LEAST_DEVIATION)),
    };
  });
  return {
    centre: Float32Array.from(parts.flatMap(({ centre }) => [...centre])),
    scale: Float32Array.from(parts.flatMap(({ scale }) => [...scale])),
  };
};

/** @returns n × width standardised values divided by √width: a usual row has length 1 */
export const standardize = ({ centre, scale }: Standardization, features: TextFeatures): Float32Array => {
  const width = centre.length;
  const unit = 1 / Math.sqrt(width);
  const rows = new Float32Array(features.count * width);
  let start = 0;
  for (const values of [features.embedding, features.hidden]) {
    const own = values.length / Math.max(1, features.count);
    for (let row = 0; row < features.count; row++)
      for (let at = 0; at < own; at++)
        rows[row * width + start + at] = (values[row * own + at]! - centre[start + at]!) * scale[start + at]! * unit;
    start += own;
  }
  return rows;
};

/**
 * Adds gradients with respect to standardised rows to those with respect to what the encoder says, in place.
 * @param gradients n × width
 * @param into n × width
 */
export const pullBackStandardization = ({ scale }: Standardization, gradients: Float32Array, into: Float32Array): void => {
  const width = scale.length;
  const unit = 1 / Math.sqrt(width);
  for (let first = 0; first < gradients.length; first += width)
    for (let at = 0; at < width; at++) into[first + at]! += gradients[first + at]! * scale[at]! * unit;
};

/** Standardised states of many texts in a byte a value: those of 100,000 texts take 280 MB. */
export interface KeptStates {
  readonly width: number;
  /** Keeps the states of the texts at these positions. */
  readonly keep: (features: TextFeatures, positions: ArrayLike<number>) => void;
  /** @returns positions × width, as of `standardize`, rounded */
  readonly gather: (positions: ArrayLike<number>) => Float32Array;
}

/** @param count texts whose states are kept; zeros until they are */
export const keepStates = (standardization: Standardization, count: number): KeptStates => {
  const width = standardization.centre.length;
  const unit = Math.sqrt(width);
  const kept = new Int8Array(count * width);
  return {
    width,
    keep: (features, positions) => {
      const rows = standardize(standardization, features);
      for (let row = 0; row < positions.length; row++)
        for (let at = 0; at < width; at++) {
          const steps = Math.round(rows[row * width + at]! * unit * STEPS_PER_DEVIATION);
          kept[positions[row]! * width + at] = Math.max(-MOST_STEPS, Math.min(MOST_STEPS, steps));
        }
    },
    gather: (positions) => {
      const gathered = new Float32Array(positions.length * width);
      for (let row = 0; row < positions.length; row++)
        for (let at = 0; at < width; at++)
          gathered[row * width + at] = kept[positions[row]! * width + at]! / (STEPS_PER_DEVIATION * unit);
      return gathered;
    },
  };
};
