import { gatherRows } from '../model/gather-rows.ts';
import type { TrainingExample } from '../model/examples.ts';
import type { HeadTraining, ViewedTexts } from '../model/head-training.ts';
import { seededRandom } from '../model/random.ts';
import type { Random } from '../model/random.ts';

/** About what Banking77 has: values of a dense row, columns of the TF-IDF rows, terms of a text. */
const INPUTS = 900;
const WIDTH = 24_000;
const TERMS_PER_TEXT = 120;
/** Terms of a text that its label brings; the others are common ones. */
const OWN_TERMS = 30;
const TERMS_PER_LABEL = 60;
/** Length of the noise of a dense row, whose label's direction has length 1. */
const DENSE_NOISE = 1.5;
/** Of every label at least three, and enough to calibrate by without a second training. */
const VALIDATION_EXAMPLES = 1_500;

const HEAD = 'intent';

/** What a head is trained on, generated: no text is read and nothing encoded. Same arguments, same values. */
export const generatedHead = (count: number, labelCount: number, seed: number): HeadTraining => {
  const random = seededRandom(seed);
  const labels = Array.from({ length: labelCount }, (_, label) => `label-${String(label).padStart(4, '0')}`);
  const directions = Array.from(labels, () => unit(gaussians(INPUTS, 1, random)));
  const ownTerms = Array.from(labels, () => Array.from({ length: TERMS_PER_LABEL }, () => Math.floor(random() * WIDTH)));
  const generate = (examples: number, name: string): ViewedTexts => {
    const dense = new Float32Array(examples * INPUTS);
    const offsets = new Int32Array(examples + 1);
    const indices = new Int32Array(examples * TERMS_PER_TEXT);
    const values = new Float32Array(examples * TERMS_PER_TEXT);
    const noise = DENSE_NOISE / Math.sqrt(INPUTS);
    for (let row = 0; row < examples; row++) {
      const label = row % labelCount;
      const own = gaussians(INPUTS, noise, random);
      directions[label]!.forEach((value, at) => (own[at]! += value));
      dense.set(unit(own), row * INPUTS);
      const terms = new Set<number>();
      while (terms.size < OWN_TERMS) terms.add(ownTerms[label]![Math.floor(random() * TERMS_PER_LABEL)]!);
      // Squared, so that a few terms are in many texts.
      while (terms.size < TERMS_PER_TEXT) terms.add(Math.floor(random() ** 2 * WIDTH));
      indices.set([...terms], row * TERMS_PER_TEXT);
      values.set(unit(Float32Array.from(terms, () => 0.5 + random())), row * TERMS_PER_TEXT);
      offsets[row + 1] = (row + 1) * TERMS_PER_TEXT;
    }
    return {
      examples: Array.from({ length: examples }, (_, row): TrainingExample => ({
        ticketId: `${name}-${row}`,
        time: new Date(0).toISOString(),
        text: name,
        labels: { [HEAD]: labels[row % labelCount]! },
      })),
      dense,
      terms: { count: examples, offsets, indices, values },
      states: { width: INPUTS, gather: (positions) => gatherRows(dense, positions, INPUTS) },
    };
  };
  return {
    head: { name: HEAD, labels, leftOut: {} },
    training: generate(count, 'training'),
    validation: generate(VALIDATION_EXAMPLES, 'validation'),
    inputs: INPUTS,
    width: WIDTH,
    seed,
    targetAccuracy: 0.9,
    onShare: () => {},
  };
};

/** By Box and Muller. */
const gaussians = (count: number, deviation: number, random: Random): Float32Array =>
  Float32Array.from(
    { length: count },
    () => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );

/** To length 1, in place. */
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return vector;
};
