import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stratifiedFolds } from '../../model/folds.ts';

const CLASSES = 4;
const FOLDS = 5;
const classes = fc.array(fc.nat(CLASSES - 1), { minLength: 1, maxLength: 60 }).map((given) => Int32Array.from(given));

describe('stratified folds', () => {
  test('share each class evenly', () => {
    fc.assert(
      fc.property(classes, fc.nat(), (given, seed) => {
        const folds = stratifiedFolds(given, CLASSES, FOLDS, seed);
        for (let label = 0; label < CLASSES; label++) {
          const counts = new Int32Array(FOLDS);
          given.forEach((each, position) => (counts[folds[position]!]! += each === label ? 1 : 0));
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('are decided by the seed', () => {
    const given = Int32Array.from({ length: 40 }, (_, position) => position % CLASSES);
    expect(stratifiedFolds(given, CLASSES, FOLDS, 1)).toEqual(stratifiedFolds(given, CLASSES, FOLDS, 1));
    expect(stratifiedFolds(given, CLASSES, FOLDS, 2)).not.toEqual(stratifiedFolds(given, CLASSES, FOLDS, 1));
  });
});
