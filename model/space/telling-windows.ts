import type { Encoding, WeighWindows } from '../encoder/encode-texts.ts';
import { hiddenSizeOf } from '../encoder/manifest.ts';
import type { Encoder } from '../encoder/open-encoder.ts';
import type { TrainingExample } from '../examples.ts';
import { gatherRows } from '../gather-rows.ts';
import { byCodeUnits, samplePositions } from '../random.ts';
import { centreOf } from './half-whitening.ts';

/** A window that is nearer by .05 in cosine counts e times as much. Chosen on training texts, see decision 022. */
const SHARPNESS = 20;
/** Texts that stand for what tickets are about where no labels say it. */
const LANDMARKS = 512;

/**
 * What tickets are about, as directions of the encoder's embedding from the mean of the training texts: of each label's texts, or of
 * single texts where there are no labels.
 */
export interface Subjects {
  /** dimension values */
  readonly centre: Float32Array;
  /** subjects × dimension, rows of unit length */
  readonly directions: Float32Array;
}

/**
 * A window of a long text counts by how near it comes to any subject, so that greetings, quoted mail and small talk do not drown what
 * the ticket is about.
 */
export const weighBySubjects =
  ({ centre, directions }: Subjects): WeighWindows =>
  (embeddings) => {
    const dimension = centre.length;
    const nearness = Float64Array.from({ length: embeddings.length / dimension }, (_, row) => {
      const own = unit(embeddings.subarray(row * dimension, (row + 1) * dimension).map((value, at) => value - centre[at]!));
      let nearest = -1;
      for (let first = 0; first < directions.length; first += dimension) {
        let cosine = 0;
        for (let at = 0; at < dimension; at++) cosine += own[at]! * directions[first + at]!;
        nearest = Math.max(nearest, cosine);
      }
      return nearest;
    });
    const largest = Math.max(...nearness);
    return nearness.map((value) => Math.exp(SHARPNESS * (value - largest)));
  };

/**
 * Finds the subjects of texts that were read with their windows counted by tokens, and reads the long ones again, weighed by these.
 * @param encoding of the texts; rows of long ones are changed
 */
export const weighLongTexts = async (
  encoder: Encoder,
  texts: readonly string[],
  encoding: Encoding,
  labels: readonly TrainingExample['labels'][],
  seed: number,
): Promise<Subjects> => {
  const { dimension } = encoder.manifest;
  const isLong = texts.map(encoder.isLong);
  const short = Int32Array.from(texts.keys()).filter((row) => !isLong[row]);
  const told = short.length > 0 ? short : Int32Array.from(texts.keys());
  const subjects = fitSubjects(
    gatherRows(encoding.embedding, told, dimension),
    centreOf(encoding.embedding, dimension),
    Array.from(told, (row) => labels[row]!),
    seed,
  );
  await readLongAgain(encoder.weighing(weighBySubjects(subjects)), texts, encoding);
  return subjects;
};

/**
 * Reads long texts with another encoder than the rest.
 * @param encoding of the texts; rows of long ones are changed
 */
export const readLongAgain = async (weighing: Encoder, texts: readonly string[], encoding: Encoding): Promise<void> => {
  const { dimension } = weighing.manifest;
  const hiddenSize = hiddenSizeOf(weighing.manifest);
  const long = Int32Array.from(texts.keys()).filter((row) => weighing.isLong(texts[row]!));
  if (long.length === 0) return;
  const weighed = await weighing.encode(Array.from(long, (row) => texts[row]!));
  for (const [at, row] of long.entries()) {
    encoding.embedding.set(weighed.embedding.subarray(at * dimension, (at + 1) * dimension), row * dimension);
    encoding.hidden.set(weighed.hidden.subarray(at * hiddenSize, (at + 1) * hiddenSize), row * hiddenSize);
  }
};

/**
 * @param embedding of training texts that are not long, where there are such
 * @param labels of each of them: head → label
 */
export const fitSubjects = (
  embedding: Float32Array,
  centre: Float32Array,
  labels: readonly TrainingExample['labels'][],
  seed: number,
): Subjects => {
  const dimension = centre.length;
  const groups = Map.groupBy(
    labels.flatMap((own, row) => Object.entries(own).map(([head, label]) => ({ key: JSON.stringify([head, label]), row }))),
    ({ key }) => key,
  );
  const rows = [...groups]
    .sort(([left], [right]) => byCodeUnits(left, right))
    .map(([, members]) => members.map(({ row }) => row));
  const count = embedding.length / dimension;
  const chosen = rows.length > 1 ? rows : Array.from(samplePositions(count, LANDMARKS, seed), (row) => [row]);
  const directions = new Float32Array(chosen.length * dimension);
  for (const [subject, members] of chosen.entries()) {
    const mean = new Float32Array(dimension);
    for (const row of members)
      for (let at = 0; at < dimension; at++) mean[at]! += (embedding[row * dimension + at]! - centre[at]!) / members.length;
    directions.set(unit(mean), subject * dimension);
  }
  return { centre, directions };
};

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
};
