import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aurocOf, recallAtInScopeAccuracy, scopeAtFloor, scopeCurve } from '../../../model/evaluate/out-of-scope.ts';
import { DIGITS, reference } from './reference.ts';

const familiarities = fc.array(fc.oneof(fc.double({ noNaN: true, min: -5, max: 5 }), fc.constantFrom(-Infinity, 0, 1)), {
  minLength: 1,
  maxLength: 30,
});

const scopeScores = fc.record({
  scored: fc.array(
    fc.tuple(fc.oneof(fc.double({ noNaN: true, min: -5, max: 5 }), fc.constantFrom(-Infinity, 0, 1)), fc.boolean()),
    {
      minLength: 1,
      maxLength: 30,
    },
  ),
  outOfScope: familiarities,
});

describe('AUROC', () => {
  test.each(reference.ranking)('equals that of scikit-learn ($auroc)', ({ positives, negatives, auroc }) => {
    expect(aurocOf(positives, negatives)).toBeCloseTo(auroc, DIGITS);
  });

  test('is 1 where every positive is above every negative, 1/2 where all are equal', () => {
    expect(aurocOf([3, 2], [1, -Infinity])).toBe(1);
    expect(aurocOf([1, 1, 1], [1, 1])).toBe(0.5);
  });

  test('is not defined without positives or without negatives', () => {
    expect(aurocOf([], [1])).toBeUndefined();
    expect(aurocOf([1], [])).toBeUndefined();
  });

  test('is the share of pairs in the right order, so exchanging the sides turns it round', () => {
    fc.assert(
      fc.property(familiarities, familiarities, (positives, negatives) => {
        const won = positives.flatMap((high) => negatives.map((low) => (high > low ? 1 : high === low ? 0.5 : 0)));
        const area = aurocOf(positives, negatives)!;
        expect(area).toBeCloseTo(won.reduce((sum: number, each) => sum + each, 0) / won.length, DIGITS);
        expect(aurocOf(negatives, positives)).toBeCloseTo(1 - area, DIGITS);
        expect(aurocOf(positives.toReversed(), negatives)).toBe(area);
      }),
    );
  });
});

describe('a floor of familiarity', () => {
  const scores = { inScope: [5, 4, 3, 2], right: [true, false, true, true], outOfScope: [1, 2, 3, -Infinity] };

  test('makes rejected texts errors, and finds what is out of scope below it', () => {
    expect(scopeAtFloor(scores, 3)).toEqual({ floor: 3, inScopeAccuracy: 0.5, recall: 0.75 });
    expect(scopeAtFloor(scores, -Infinity)).toEqual({ floor: -Infinity, inScopeAccuracy: 0.75, recall: 0 });
  });

  test('gives 0 where there are no texts to judge by', () => {
    expect(scopeAtFloor({ inScope: [], right: [], outOfScope: [] }, 0)).toEqual({ floor: 0, inScopeAccuracy: 0, recall: 0 });
  });

  test('the recall at a target is the largest that keeps the in-scope accuracy', () => {
    const curve = scopeCurve(scores);
    expect(recallAtInScopeAccuracy(curve, 0.75)).toBe(0.5);
    expect(recallAtInScopeAccuracy(curve, 0.5)).toBe(0.75);
    expect(recallAtInScopeAccuracy(curve, 0.76)).toBeUndefined();
  });

  test('the curve goes from rejecting nothing to rejecting everything, and each point is what its floor gives', () => {
    fc.assert(
      fc.property(scopeScores, ({ scored, outOfScope }) => {
        const given = { inScope: scored.map(([score]) => score), right: scored.map(([, right]) => right), outOfScope };
        const curve = scopeCurve(given);
        const rightShare = given.right.filter(Boolean).length / given.right.length;
        expect(curve[0]).toMatchObject({ inScopeAccuracy: rightShare, recall: 0 });
        expect(curve.at(-1)).toMatchObject({ floor: Infinity, inScopeAccuracy: 0, recall: 1 });
        curve.forEach((point, index) => {
          expect(point).toEqual(scopeAtFloor(given, point.floor));
          expect(point.recall).toBeGreaterThanOrEqual(curve[index - 1]?.recall ?? 0);
          expect(point.inScopeAccuracy).toBeLessThanOrEqual(curve[index - 1]?.inScopeAccuracy ?? 1);
        });
      }),
    );
  });
});
