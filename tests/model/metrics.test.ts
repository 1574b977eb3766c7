import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accuracyOf,
  brierScore,
  coverageAtAccuracy,
  expectedCalibrationError,
  macroF1Of,
  quantileOf,
} from '../../model/metrics.ts';
import type { Outcome } from '../../model/metrics.ts';

const outcome = (label: number, actual: number, probability = 1): Outcome => ({ label, actual, probability });

describe('metrics, against values computed by hand', () => {
  test('accuracy is the share that is right', () => {
    expect(accuracyOf([outcome(0, 0), outcome(1, 0), outcome(1, 1), outcome(2, 2)])).toBe(0.75);
    expect(accuracyOf([])).toBe(0);
  });

  test('macro-F1 counts each label alike', () => {
    // label 0: tp 2, fp 0, fn 1 → 4/5; label 1: tp 1, fp 1, fn 0 → 2/3
    const outcomes = [outcome(0, 0), outcome(0, 0), outcome(1, 0), outcome(1, 1)];
    expect(macroF1Of(outcomes)).toBeCloseTo((4 / 5 + 2 / 3) / 2, 12);
    expect(macroF1Of([])).toBe(0);
  });

  test('the calibration error weighs each bin by its share', () => {
    // bin of .95: two, both right, gap .05; bin of .55: two, one right, gap .05; bin of .35: one, wrong, gap .35
    const outcomes = [outcome(0, 0, 0.95), outcome(0, 0, 0.95), outcome(0, 0, 0.55), outcome(0, 1, 0.55), outcome(0, 1, 0.35)];
    expect(expectedCalibrationError(outcomes)).toBeCloseTo((2 * 0.05 + 2 * 0.05 + 0.35) / 5, 12);
    expect(expectedCalibrationError([outcome(0, 0, 1)])).toBe(0);
    expect(expectedCalibrationError([])).toBe(0);
  });

  test('over- and underconfidence within one bin cancel out', () => {
    expect(expectedCalibrationError([outcome(0, 0, 0.5), outcome(0, 1, 0.5)])).toBe(0);
  });

  test('the Brier score sums over the classes', () => {
    // (.7-1)² + .2² + .1² = .14 and .5² + (.5-1)² + 0 = .5
    expect(brierScore(Float64Array.of(0.7, 0.2, 0.1, 0.5, 0.5, 0), [0, 1], 3)).toBeCloseTo((0.14 + 0.5) / 2, 12);
    expect(brierScore(new Float64Array(0), [], 3)).toBe(0);
  });

  test('the threshold covers as much as the target accuracy allows', () => {
    const outcomes = [outcome(0, 0, 0.9), outcome(0, 0, 0.8), outcome(0, 1, 0.7), outcome(0, 0, 0.6), outcome(0, 1, 0.5)];
    expect(coverageAtAccuracy(outcomes, 0.75)).toEqual({ threshold: 0.6, coverage: 0.8, accuracy: 0.75 });
    expect(coverageAtAccuracy(outcomes, 1)).toEqual({ threshold: 0.8, coverage: 0.4, accuracy: 1 });
  });

  test('nothing is automated where no threshold reaches the target, or too few examples would judge it', () => {
    const nothing = { threshold: 1, coverage: 0, accuracy: 0 };
    expect(coverageAtAccuracy([outcome(0, 1, 0.9), outcome(0, 0, 0.5)], 0.9)).toEqual(nothing);
    expect(coverageAtAccuracy([outcome(0, 0, 0.9)], 0.9, 2)).toEqual(nothing);
    expect(coverageAtAccuracy([], 0.9)).toEqual(nothing);
  });

  test('examples of equal probability are automated together or not at all', () => {
    const outcomes = [outcome(0, 0, 0.9), outcome(0, 0, 0.6), outcome(0, 1, 0.6)];
    expect(coverageAtAccuracy(outcomes, 0.9)).toEqual({ threshold: 0.9, coverage: 1 / 3, accuracy: 1 });
  });

  test('quantiles interpolate between neighbours', () => {
    expect(quantileOf([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantileOf([10, 20], 0.1)).toBe(11);
    expect(quantileOf([], 0.5)).toBe(0);
  });

  test('what is automated at the chosen threshold has the accuracy and coverage that are reported', () => {
    const outcomes = fc.array(
      fc.record({ label: fc.nat(2), actual: fc.nat(2), probability: fc.double({ min: 0.01, max: 0.99, noNaN: true }) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(outcomes, fc.double({ min: 0.1, max: 1, noNaN: true }), (given, target) => {
        const { threshold, coverage, accuracy } = coverageAtAccuracy(given, target);
        const automated = given.filter(({ probability }) => probability >= threshold);
        expect(automated.length / given.length).toBeCloseTo(coverage, 12);
        expect(accuracyOf(automated)).toBeCloseTo(accuracy, 12);
        expect(automated.length === 0 || accuracy >= target).toBe(true);
      }),
    );
  });
});
