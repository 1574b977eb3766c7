import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { familiarityByWords, fitWordsAlone, scoreRows, stackWeightsOf } from '../../model/words-alone.ts';

const CLASSES = 3;

/** Scores of examples that are right where they are at least `sure`, and drawn where they are not. */
const judged = (count: number, seed: number) => {
  const random = seededRandom(seed);
  const linear = Float32Array.from({ length: count * CLASSES }, () => 2 * random() - 1);
  const classes = Int32Array.from({ length: count }, (_, row) => {
    const own = linear.subarray(row * CLASSES, (row + 1) * CLASSES);
    const best = own.indexOf(Math.max(...own));
    return random() < 0.3 ? Math.floor(random() * CLASSES) : best;
  });
  return { linear, classes };
};

describe('a text in a language that the encoder does not know', () => {
  const head = { networkWeight: 1, statesWeight: 2, linearWeight: 3, words: { weight: 4, scoreMean: 0, scoreDeviation: 1 } };

  test('is scored by the linear classifier alone, and others by the whole stack', () => {
    const components = [
      [1, 0, 5, 6],
      [0, 1, 7, 8],
      [1, 1, 2, 3],
    ].map((values) => Float32Array.from(values));
    expect([...scoreRows(components, head, [false, true], 2)]).toEqual([4, 5, 8, 12]);
    expect([...scoreRows(components, { ...head, words: undefined }, [false, true], 2)]).toEqual([4, 5, 25, 31]);
  });

  test('has the weights of the stack in a model of an earlier version', () => {
    expect(stackWeightsOf(head, true)).toEqual([0, 0, 4]);
    expect(stackWeightsOf({ ...head, words: undefined }, true)).toEqual([1, 2, 3]);
  });
});

describe('the weight of words alone', () => {
  test('comes from all unseen texts where few are in such a language, and from these where there are enough', () => {
    const { linear, classes } = judged(400, 1);
    const none = fitWordsAlone(linear, classes, Array<boolean>(400).fill(false), CLASSES, -2);
    const few = fitWordsAlone(
      linear,
      classes,
      Array.from({ length: 400 }, (_, row) => row < 49),
      CLASSES,
      -2,
    );
    expect(few.weight).toBe(none.weight);
    // Those are all right, so that their scores may be trusted more.
    const sure = classes.map((label, row) => {
      const own = linear.subarray(row * CLASSES, (row + 1) * CLASSES);
      return row < 100 ? own.indexOf(Math.max(...own)) : label;
    });
    const foreign = Array.from({ length: 400 }, (_, row) => row < 100);
    const [all, own] = [Array<boolean>(400).fill(false), foreign].map((each) => fitWordsAlone(linear, sure, each, CLASSES, -2));
    expect(own!.weight).toBeGreaterThan(1.5 * all!.weight);
  });

  test('comes with a scale on which the head’s floor rejects few of what is usual', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: -5, max: 2, noNaN: true }), (seed, floor) => {
        const { linear, classes } = judged(200, seed);
        const words = fitWordsAlone(linear, classes, Array<boolean>(200).fill(false), CLASSES, floor);
        const rejected = Array.from(classes.keys()).filter((row) => {
          const largest = Math.max(...linear.subarray(row * CLASSES, (row + 1) * CLASSES)) * words.weight;
          return familiarityByWords(words, largest) < floor - 1e-6;
        });
        expect(rejected.length).toBeLessThan(40);
      }),
    );
  });
});
