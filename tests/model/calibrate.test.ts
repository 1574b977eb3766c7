import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitTemperature, softmaxRows } from '../../model/calibrate.ts';
import { seededRandom } from '../../model/random.ts';

const CLASSES = 3;
const scoreRows = fc
  .array(fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: CLASSES, maxLength: CLASSES }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((rows) => Float32Array.from(rows.flat()));
const temperature = fc.double({ min: 0.01, max: 100, noNaN: true });

/** Labels drawn from softmax(scores / truth): the temperature to find is `truth`. */
const drawLabels = (scores: Float32Array, truth: number): Int32Array => {
  const probabilities = softmaxRows(scores, CLASSES, truth);
  const random = seededRandom(3);
  return Int32Array.from({ length: scores.length / CLASSES }, (_, row) => {
    const drawn = random();
    let sum = 0;
    for (let label = 0; label < CLASSES - 1; label++) {
      sum += probabilities[row * CLASSES + label]!;
      if (drawn < sum) return label;
    }
    return CLASSES - 1;
  });
};

describe('probabilities', () => {
  test('each row sums to 1', () => {
    fc.assert(
      fc.property(scoreRows, temperature, (scores, at) => {
        const probabilities = softmaxRows(scores, CLASSES, at);
        for (let first = 0; first < scores.length; first += CLASSES)
          expect(probabilities.slice(first, first + CLASSES).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('a higher score never has a lower probability', () => {
    fc.assert(
      fc.property(scoreRows, temperature, (scores, at) => {
        const probabilities = softmaxRows(scores, CLASSES, at);
        for (let first = 0; first < scores.length; first += CLASSES)
          for (let left = first; left < first + CLASSES; left++)
            for (let right = first; right < first + CLASSES; right++)
              expect(scores[left]! <= scores[right]! || probabilities[left]! >= probabilities[right]!).toBe(true);
      }),
    );
  });
});

describe('temperature scaling', () => {
  const random = seededRandom(5);
  const scores = Float32Array.from({ length: 3_000 * CLASSES }, () => random() * 4 - 2);

  test.each([0.3, 1, 2])('finds the temperature %d that the labels were drawn at', (truth) => {
    expect(fitTemperature(scores, drawLabels(scores, truth), CLASSES) / truth).toBeCloseTo(1, 0);
  });

  test('a few examples that are all right do not make the model certain', () => {
    const few = Float32Array.of(1, -1, -1, -1, 1, -1, -1, -1, 1);
    const found = fitTemperature(few, Int32Array.of(0, 1, 2), CLASSES);
    expect(softmaxRows(few, CLASSES, found)[0]).toBeLessThan(0.9);
  });

  test('is 1 where there is nothing to learn from', () => {
    expect(fitTemperature(new Float32Array(0), new Int32Array(0), CLASSES)).toBe(1);
  });
});
