import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyOf, confusedPairs, labelQualities, macroF1Of } from '../../../model/evaluate/accuracy.ts';
import { outcomesOf } from '../../../model/evaluate/outcome.ts';
import { DIGITS, anyOutcomes, outcome, reference, shuffledOutcomes } from './reference.ts';

describe('accuracy, precision, recall and F1', () => {
  test.each(reference.classification)('equal those of scikit-learn ($classes classes)', (given) => {
    const outcomes = outcomesOf(Float64Array.from(given.probabilities), given.classes, given.actual);
    expect(accuracyOf(outcomes)).toBeCloseTo(given.accuracy, DIGITS);
    expect(macroF1Of(outcomes)).toBeCloseTo(given.macroF1, DIGITS);
    const qualities = labelQualities(outcomes);
    expect(qualities.map(({ label }) => label)).toEqual(given.labels.label);
    expect(qualities.map(({ support }) => support)).toEqual(given.labels.support);
    for (const name of ['precision', 'recall', 'f1'] as const)
      qualities.forEach((quality, index) => expect(quality[name]).toBeCloseTo(given.labels[name][index]!, DIGITS));
  });

  test('are 0 for no outcomes', () => {
    expect([accuracyOf([]), macroF1Of([])]).toEqual([0, 0]);
    expect([labelQualities([]), confusedPairs([])]).toEqual([[], []]);
  });

  test('are 1 for a predictor that is always right', () => {
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const perfect = outcomes.map((each) => ({ ...each, label: each.actual }));
        expect([accuracyOf(perfect), macroF1Of(perfect), confusedPairs(perfect)]).toEqual([1, 1, []]);
      }),
    );
  });

  test('a predictor that says one label only finds that label and no other', () => {
    const constant = [0, 0, 1, 2].map((actual) => outcome(0, actual));
    expect(labelQualities(constant)).toEqual([
      { label: 0, support: 2, precision: 0.5, recall: 1, f1: 2 / 3 },
      { label: 1, support: 1, precision: 0, recall: 0, f1: 0 },
      { label: 2, support: 1, precision: 0, recall: 0, f1: 0 },
    ]);
    expect(macroF1Of(constant)).toBeCloseTo(2 / 9, DIGITS);
  });

  test('are shares, and do not depend on the order of the outcomes', () => {
    fc.assert(
      fc.property(shuffledOutcomes, ([outcomes, shuffled]) => {
        for (const measure of [accuracyOf, macroF1Of]) {
          expect(measure(outcomes)).toBeGreaterThanOrEqual(0);
          expect(measure(outcomes)).toBeLessThanOrEqual(1);
          expect(measure(shuffled)).toBeCloseTo(measure(outcomes), DIGITS);
        }
        expect(labelQualities(shuffled)).toEqual(labelQualities(outcomes));
        expect(confusedPairs(shuffled)).toEqual(confusedPairs(outcomes));
      }),
    );
  });
});

describe('confused pairs', () => {
  test('come most frequent first, with their share of the right label', () => {
    const outcomes = [outcome(1, 0), outcome(1, 0), outcome(0, 0), outcome(2, 1), outcome(0, 2), outcome(2, 2)];
    expect(confusedPairs(outcomes)).toEqual([
      { actual: 0, predicted: 1, count: 2, share: 2 / 3 },
      { actual: 1, predicted: 2, count: 1, share: 1 },
      { actual: 2, predicted: 0, count: 1, share: 1 / 2 },
    ]);
  });

  test('count every wrong outcome once', () => {
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const wrong = outcomes.filter(({ label, actual }) => label !== actual).length;
        expect(confusedPairs(outcomes).reduce((sum, { count }) => sum + count, 0)).toBe(wrong);
      }),
    );
  });
});
