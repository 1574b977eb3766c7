import type { EncoderManifest } from '../encoder/manifest.ts';
import { multiply } from '../linear-algebra/multiply.ts';
import { fitHalfWhitening, halfWhiten } from './half-whitening.ts';
import type { HalfWhitening } from './half-whitening.ts';
import type { SparseRows } from '../sparse.ts';
import { fitTermDirections, projectTerms } from './term-directions.ts';
import type { TermDirections } from './term-directions.ts';
import { fitStandardization, statesWidth } from './standardized-states.ts';
import type { Standardization } from './standardized-states.ts';
import type { Subjects } from './telling-windows.ts';
import type { TextFeatures } from './text-features.ts';

/** Texts that the directions are learned from; more of them change little and cost memory. */
export const MOST_FITTED_TEXTS = 20_000;

/** Share of the space that a part takes, its directions, and how many of them the short embedding keeps. */
export interface Part {
  readonly directions: number;
  readonly weight: number;
  readonly kept: number;
}

const EMBEDDING: Part = { directions: 200, weight: 1, kept: 80 };
const LAST_STATE: Part = { directions: 200, weight: 1, kept: 80 };
const LAST_MAXIMUM: Part = { directions: 100, weight: 0.5, kept: 0 };
const EARLIER_STATE: Part = { directions: 100, weight: 0.5, kept: 0 };
const TERMS: Part = { directions: 200, weight: 1, kept: 96 };

/** Where a part of the hidden states lies in a row. */
export interface Slice {
  readonly from: 'embedding' | 'hidden';
  readonly offset: number;
  readonly size: number;
  readonly part: Part;
}

/**
 * The one dense space that a model version sees tickets in: the encoder's embedding, its mean hidden states and the TF-IDF row, each
 * half-whitened to unit length, side by side. Classifiers, neighbours, pseudo-labels and topics all work in it.
 */
export interface TicketSpace {
  readonly slices: readonly Slice[];
  readonly whitenings: readonly HalfWhitening[];
  readonly terms: TermDirections;
  /** Of the encoder's states as they are, which say more than their main directions do. */
  readonly states: Standardization;
  /** By what the windows of long texts are weighed; models of earlier versions have none. */
  readonly subjects?: Subjects | undefined;
  /** Values of a row. */
  readonly dimension: number;
  /** Values of the short embedding. */
  readonly shortDimension: number;
}

/** The hidden states that are used: the last mean, which carries most, like the embedding itself; earlier means and the last maximum less. */
export const slicesOf = (manifest: EncoderManifest): readonly Slice[] => {
  let offset = 0;
  const states = manifest.hidden.map(({ name, size }) => {
    const slice = { name, offset, size };
    offset += size;
    return slice;
  });
  const lastMean = states.findLast(({ name }) => name.endsWith('-mean'));
  const lastMaximum = states.findLast(({ name }) => name.endsWith('-max'));
  return [
    { from: 'embedding', offset: 0, size: manifest.dimension, part: EMBEDDING },
    ...states.flatMap((state): readonly Slice[] => {
      const slice = { from: 'hidden', offset: state.offset, size: state.size } as const;
      if (state === lastMean) return [{ ...slice, part: LAST_STATE }];
      if (state === lastMaximum) return [{ ...slice, part: LAST_MAXIMUM }];
      return state.name.endsWith('-mean') ? [{ ...slice, part: EARLIER_STATE }] : [];
    }),
  ];
};

/**
 * Learns the directions from training texts; labels are not looked at.
 * @param features of at most MOST_FITTED_TEXTS texts
 * @param width columns of the TF-IDF rows
 * @param terms directions of the TF-IDF rows, as of fitTerms, where they have been learned already
 */
export const fitTicketSpace = async (
  manifest: EncoderManifest,
  features: TextFeatures,
  width: number,
  seed: number,
  terms?: TermDirections,
): Promise<TicketSpace> => {
  const slices = slicesOf(manifest);
  const whitenings: HalfWhitening[] = [];
  for (const slice of slices)
    whitenings.push(await fitHalfWhitening(cut(manifest, features, slice), slice.size, slice.part.directions, seed));
  return openTicketSpace(
    manifest,
    whitenings,
    terms ?? (await fitTerms(features.terms, width, seed)),
    fitStandardization(features),
  );
};

/** Learns the directions of TF-IDF rows, for which the encoder need not have said anything. */
export const fitTerms = (rows: SparseRows, width: number, seed: number): Promise<TermDirections> =>
  fitTermDirections(rows, width, TERMS.directions, seed);

export const openTicketSpace = (
  manifest: EncoderManifest,
  whitenings: readonly HalfWhitening[],
  terms: TermDirections,
  states: Standardization,
): TicketSpace => {
  const slices = slicesOf(manifest);
  const dimension = whitenings.reduce((sum, { dimension: own }) => sum + own, terms.dimension);
  const shortDimension = slices.reduce(
    (sum, { part }, at) => sum + Math.min(part.kept, whitenings[at]!.dimension),
    Math.min(TERMS.kept, terms.dimension),
  );
  return { slices, whitenings, terms, states, dimension, shortDimension };
};

/** Rows of unit length in the space, and the short embedding of the same texts. */
export interface Placed {
  /** n × dimension; zeros for a text of which nothing is known. */
  readonly rows: Float32Array;
  /** n × shortDimension, of unit length or zeros. */
  readonly short: Float32Array;
  /** Whether nothing is known of a text. */
  readonly blank: readonly boolean[];
  /** n × parts, the terms last: what the projection of each was multiplied by to become its part of the row. */
  readonly scales: Float32Array;
}

export const placeInSpace = async (manifest: EncoderManifest, space: TicketSpace, features: TextFeatures): Promise<Placed> => {
  const parts: { readonly values: Float32Array; readonly dimension: number; readonly part: Part }[] = [];
  for (const [at, slice] of space.slices.entries()) {
    const whitening = space.whitenings[at]!;
    parts.push({
      values: await halfWhiten(whitening, cut(manifest, features, slice)),
      dimension: whitening.dimension,
      part: slice.part,
    });
  }
  parts.push({ values: projectTerms(space.terms, features.terms), dimension: space.terms.dimension, part: TERMS });

  const rows = new Float32Array(features.count * space.dimension);
  const short = new Float32Array(features.count * space.shortDimension);
  const scales = new Float32Array(features.count * parts.length);
  const blank = Array.from({ length: features.count }, (_, row) => isBlank(manifest, features, row));
  for (let row = 0; row < features.count; row++) {
    if (blank[row]) continue;
    let at = row * space.dimension;
    let shortAt = row * space.shortDimension;
    const ownScales = scales.subarray(row * parts.length, (row + 1) * parts.length);
    for (const [index, { values, dimension, part }] of parts.entries()) {
      const own = values.subarray(row * dimension, (row + 1) * dimension);
      const length = lengthOf(own) || 1;
      ownScales[index] = part.weight / length;
      for (let value = 0; value < dimension; value++) rows[at + value] = (part.weight * own[value]!) / length;
      for (let value = 0; value < Math.min(part.kept, dimension); value++) short[shortAt++] = own[value]! / length;
      at += dimension;
    }
    const length = normalise(rows.subarray(row * space.dimension, (row + 1) * space.dimension)) || 1;
    ownScales.forEach((scale, index) => (ownScales[index] = scale / length));
    normalise(short.subarray(row * space.shortDimension, (row + 1) * space.shortDimension));
  }
  return { rows, short, blank, scales };
};

/**
 * From gradients with respect to rows of the space to those with respect to what the encoder says, with the scales taken as fixed.
 * @param gradients n × the space's dimension
 * @returns n × the width of the encoder's states: of the embedding, then of the hidden states
 */
export const pullBackToEncoder = async (
  manifest: EncoderManifest,
  space: TicketSpace,
  { scales }: Placed,
  gradients: Float32Array,
): Promise<Float32Array> => {
  const count = gradients.length / space.dimension;
  const width = statesWidth(manifest);
  const pulled = new Float32Array(count * width);
  const parts = space.slices.length + 1;
  let first = 0;
  for (const [index, { from, offset, size }] of space.slices.entries()) {
    const { dimension, basis } = space.whitenings[index]!;
    const values = new Float32Array(count * dimension);
    for (let row = 0; row < count; row++)
      for (let at = 0; at < dimension; at++)
        values[row * dimension + at] = gradients[row * space.dimension + first + at]! * scales[row * parts + index]!;
    const ofSlice = await multiply(
      { rows: count, columns: dimension, values },
      { rows: size, columns: dimension, values: basis },
      'right',
    );
    const start = from === 'embedding' ? 0 : manifest.dimension + offset;
    for (let row = 0; row < count; row++) pulled.set(ofSlice.values.subarray(row * size, (row + 1) * size), row * width + start);
    first += dimension;
  }
  return pulled;
};

/** A text without tokens and without known terms. */
const isBlank = (manifest: EncoderManifest, { embedding, terms }: TextFeatures, row: number): boolean =>
  terms.offsets[row] === terms.offsets[row + 1] &&
  embedding.subarray(row * manifest.dimension, (row + 1) * manifest.dimension).every((value) => value === 0);

const cut = (manifest: EncoderManifest, features: TextFeatures, { from, offset, size }: Slice): Float32Array => {
  const source = features[from];
  if (from === 'embedding') return source;
  const stride = manifest.hidden.reduce((sum, { size: own }) => sum + own, 0);
  const values = new Float32Array(features.count * size);
  for (let row = 0; row < features.count; row++)
    values.set(source.subarray(row * stride + offset, row * stride + offset + size), row * size);
  return values;
};

/** To length 1, in place; zeros stay. @returns the length before */
const normalise = (vector: Float32Array): number => {
  const length = lengthOf(vector);
  if (length > 0) for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return length;
};

const lengthOf = (vector: Float32Array): number => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
};
