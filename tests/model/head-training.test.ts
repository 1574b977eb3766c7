import { describe, expect, test } from 'vitest';
import { TrainingDataError } from '../../model/errors.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { gatherRows } from '../../model/gather-rows.ts';
import { chooseClasses } from '../../model/head-classes.ts';
import { trainHead } from '../../model/head-training.ts';
import type { HeadTraining, TrainedHead, ViewedTexts } from '../../model/head-training.ts';
import { seededRandom } from '../../model/random.ts';
import { randomFloats } from '../support/random-vectors.ts';
import { trainingExample } from '../support/training-examples.ts';

const LABELS = ['access', 'billing', 'delivery'];
const INPUTS = 4;

/** Texts of three labels that lie apart; of the share `noise` the label is another than the text says. */
const textsOf = (count: number, seed: number, noise = 0): ViewedTexts => {
  const random = seededRandom(seed);
  const dense = randomFloats(count * INPUTS, seed + 1).map((value) => 0.3 * value);
  const subjects = Int32Array.from({ length: count }, (_, row) => row % LABELS.length);
  const examples = Array.from(subjects, (subject, row): TrainingExample => {
    dense[row * INPUTS + subject]! += 1;
    const own = dense.subarray(row * INPUTS, (row + 1) * INPUTS);
    const length = Math.hypot(...own);
    own.forEach((value, at) => (own[at] = value / length));
    const label = LABELS[random() < noise ? (subject + 1) % LABELS.length : subject]!;
    return trainingExample({ ticketId: `${seed}-${row}`, labels: { team: label }, language: row % 2 === 0 ? 'en' : 'de' });
  });
  const offsets = Int32Array.from({ length: count + 1 }, (_, row) => row);
  return {
    examples,
    dense,
    terms: { count, offsets, indices: subjects, values: new Float32Array(count).fill(1) },
    states: { width: INPUTS, gather: (positions) => gatherRows(dense, positions, INPUTS) },
  };
};

const train = (fields: Partial<HeadTraining>): Promise<TrainedHead> =>
  trainHead({
    head: { name: 'team', labels: LABELS, leftOut: {} },
    training: textsOf(90, 1),
    validation: textsOf(0, 2),
    inputs: INPUTS,
    width: LABELS.length,
    seed: 7,
    targetAccuracy: 0.9,
    onShare: () => {},
    ...fields,
  });

describe('a head', () => {
  test('is judged by its validation examples where they are enough', async () => {
    const { metrics, evaluation } = await train({ validation: textsOf(210, 2) });
    expect(metrics).toMatchObject({ split: 'validation', count: 210, seed: 7, accuracy: 1 });
    expect(evaluation.languageQualities.map(({ language, n }) => [language, n])).toEqual([
      ['de', 105],
      ['en', 105],
    ]);
  });

  test('is judged by a held-out part where there are many examples and no validation ones', async () => {
    const shares: number[] = [];
    const { metrics } = await train({ training: textsOf(1_400, 1), onShare: (share) => shares.push(share) });
    expect(metrics).toMatchObject({ split: 'held-out', count: 200, accuracy: 1 });
    expect(shares.length).toBeGreaterThan(0);
  });

  test('is judged by cross-validation where there are few, with the few validation ones', async () => {
    const shares: number[] = [];
    const { metrics } = await train({
      training: textsOf(60, 1),
      validation: textsOf(30, 2),
      onShare: (share) => shares.push(share),
    });
    expect(metrics).toMatchObject({ split: 'cross-validation', count: 90 });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });

  test('abstains below the threshold that reaches the target accuracy', async () => {
    // Of the last fifth, the texts say nothing: not everything can be automated at .95.
    const validation = textsOf(300, 2);
    validation.dense.fill(0, 240 * INPUTS);
    const terms = { ...validation.terms, offsets: validation.terms.offsets.map((offset) => Math.min(offset, 240)) };
    const { manifest, metrics } = await train({ validation: { ...validation, terms }, targetAccuracy: 0.95 });
    expect(metrics['accuracyOfAutomated']).toBeGreaterThanOrEqual(0.95);
    expect(metrics['coverage']).toBeGreaterThan(0.75);
    expect(metrics['coverage']).toBeLessThan(1);
    expect(manifest.threshold).toBeGreaterThan(1 / LABELS.length);
  });

  test('is about as sure as it is right where a fifth of the labels is wrong', async () => {
    const { evaluation } = await train({ training: textsOf(300, 1, 0.2), validation: textsOf(600, 2, 0.2) });
    expect(evaluation.accuracy).toBeGreaterThan(0.72);
    // A model that is always certain would be off by a fifth.
    expect(evaluation.ece).toBeLessThan(0.1);
  });

  test('learns from examples that have its label alone', async () => {
    const training = textsOf(90, 1);
    const examples = training.examples.map((example, row) =>
      row % 3 === 0 && row > 30 ? { ...example, labels: { other: 'x' } } : example,
    );
    const { metrics } = await train({ training: { ...training, examples } });
    expect(metrics).toMatchObject({ split: 'cross-validation', count: examples.filter(({ labels }) => 'team' in labels).length });
  });

  test('with few labels learns from the texts without one as well, by what they resemble', async () => {
    const whole = textsOf(600, 1);
    const examples = whole.examples.map((example, row) => (row < 6 ? example : { ...example, labels: {} }));
    const { metrics } = await train({ training: { ...whole, examples }, validation: textsOf(210, 2) });
    expect(metrics).toMatchObject({ split: 'validation', count: 210 });
    expect(metrics['accuracy']).toBeGreaterThan(0.97);
  });

  test('with few labels and nothing to judge by holds a fifth of them out', async () => {
    const whole = textsOf(600, 1);
    const examples = whole.examples.map((example, row) => (row < 60 ? example : { ...example, labels: {} }));
    const { metrics } = await train({ training: { ...whole, examples } });
    expect(metrics).toMatchObject({ split: 'held-out', count: 12 });
  });
});

describe('the labels of a head', () => {
  const labelled = (...labels: readonly string[]): readonly TrainingExample[] =>
    labels.map((team) => trainingExample({ labels: { team } }));

  test('are those with two examples and more, in order; the others are left out and counted', () => {
    const examples = [...labelled('b', 'a', 'b', 'a', 'legal', 'c', 'c', 'hr'), trainingExample({ labels: { other: 'legal' } })];
    expect(chooseClasses('team', examples)).toEqual({ labels: ['a', 'b', 'c'], leftOut: { hr: 1, legal: 1 } });
  });

  test.each([
    [['a', 'a', 'b'], /Head "team" has only the label "a" with 2 or more examples \(1 with one\)/u],
    [['a', 'b'], /Head "team" has no label with 2 or more examples \(2 with one\)/u],
    [['a', 'a'], /only the label "a" with 2 or more examples; it takes two labels/u],
  ] as const)('%j are too few', (labels, message) => {
    expect(() => chooseClasses('team', labelled(...labels))).toThrow(TrainingDataError);
    expect(() => chooseClasses('team', labelled(...labels))).toThrow(message);
  });
});
