import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitTemperature, softmaxRows } from '../../model/calibrate.ts';
import { seededRandom } from '../../model/random.ts';
import { addScores, fitStackWeights } from '../../model/stack-weights.ts';

const CLASSES = 3;
const ROWS = 400;

/** Right classes, and scores that tell them by `clarity` beside noise; a negative clarity speaks against the right one. */
const drawScores = (seed: number, clarity: number): { readonly scores: Float32Array; readonly classes: Int32Array } => {
  const random = seededRandom(seed);
  const classes = Int32Array.from({ length: ROWS }, (_, row) => row % CLASSES);
  const scores = Float32Array.from({ length: ROWS * CLASSES }, (_, at) => {
    const right = at % CLASSES === classes[Math.floor(at / CLASSES)];
    return 3 * (random() - 0.5) + (right ? clarity : 0);
  });
  return { scores, classes };
};

/** Its definition: mean negative log-likelihood of targets smoothed by 1 / (rows + 2). */
const lossOf = (components: readonly Float32Array[], weights: readonly number[], classes: Int32Array): number => {
  const probabilities = softmaxRows(addScores(components, weights), CLASSES, 1);
  const smoothing = 1 / (classes.length + 2);
  return probabilities.reduce((loss, probability, at) => {
    const target = smoothing / CLASSES + (at % CLASSES === classes[Math.floor(at / CLASSES)] ? 1 - smoothing : 0);
    return loss - target * Math.log(probability);
  }, 0);
};

describe('the weights of a stack', () => {
  test('have the least loss of all on a grid', () => {
    const { scores: clear, classes } = drawScores(1, 1.5);
    const { scores: vague } = drawScores(2, 0.5);
    const components = [clear, vague];
    const found = lossOf(components, fitStackWeights(components, classes, CLASSES), classes);
    for (let one = 0; one <= 4; one += 0.2)
      for (let other = 0; other <= 4; other += 0.2)
        expect(found).toBeLessThanOrEqual(lossOf(components, [one, other], classes) + 1e-3);
  });

  test('give the clearer classifier more say', () => {
    const { scores: clear, classes } = drawScores(1, 2);
    const [ofClear, ofVague] = fitStackWeights([clear, drawScores(2, 0.5).scores], classes, CLASSES);
    expect(ofClear).toBeGreaterThan(ofVague!);
    expect(ofVague).toBeGreaterThan(0);
  });

  test('give a classifier that speaks against what is right none, and the other what it gets alone', () => {
    const { scores, classes } = drawScores(1, 1.5);
    const harmful = drawScores(3, -1).scores;
    const [alone] = fitStackWeights([scores], classes, CLASSES);
    expect(fitStackWeights([scores, harmful], classes, CLASSES)).toEqual([alone, 0]);
    expect(fitStackWeights([harmful, scores], classes, CLASSES)).toEqual([0, alone]);
  });

  test('of one classifier are temperature scaling', () => {
    for (const seed of [1, 2, 3]) {
      const { scores, classes } = drawScores(seed, 1);
      const [weight] = fitStackWeights([scores], classes, CLASSES);
      expect(weight! * fitTemperature(scores, classes, CLASSES)).toBeCloseTo(1, 2);
    }
  });

  test('of scores on other scales make the same probabilities', () => {
    const { scores, classes } = drawScores(1, 1.5);
    const { scores: other } = drawScores(2, 1);
    const probabilities = (factor: number): Float64Array => {
      const components = [scores.map((score) => score * factor), other];
      return softmaxRows(addScores(components, fitStackWeights(components, classes, CLASSES)), CLASSES, 1);
    };
    const plain = probabilities(1);
    probabilities(20).forEach((probability, at) => expect(probability).toBeCloseTo(plain[at]!, 3));
  });

  test('stay finite where a few examples all happen to be right, and are not certain of it', () => {
    const scores = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const weights = fitStackWeights([scores, scores], Int32Array.of(0, 1, 2), CLASSES);
    expect(weights.every((weight) => Number.isFinite(weight) && weight >= 0)).toBe(true);
    expect(Math.max(...softmaxRows(addScores([scores, scores], weights), CLASSES, 1))).toBeLessThan(0.95);
  });

  test('are 1 where there is nothing to go by', () => {
    expect(fitStackWeights([new Float32Array(0), new Float32Array(0)], new Int32Array(0), CLASSES)).toEqual([1, 1]);
  });

  test('are 0 or more and finite for any scores', () => {
    const score = fc.float({ min: -30, max: 30, noNaN: true });
    const rows = fc.array(
      fc.record({
        a: fc.array(score, { minLength: 3, maxLength: 3 }),
        b: fc.array(score, { minLength: 3, maxLength: 3 }),
        right: fc.nat(2),
      }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const components = [Float32Array.from(given.flatMap(({ a }) => a)), Float32Array.from(given.flatMap(({ b }) => b))];
        const weights = fitStackWeights(
          components,
          Int32Array.from(given, ({ right }) => right),
          CLASSES,
        );
        expect(weights.every((weight) => Number.isFinite(weight) && weight >= 0)).toBe(true);
      }),
    );
  });
});
