import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CALIBRATION_BINS,
  brierScore,
  eceIfCalibrated,
  expectedCalibrationError,
  reliabilityBins,
} from '../../../model/evaluate/calibration.ts';
import { outcomesOf } from '../../../model/evaluate/outcome.ts';
import { seededRandom } from '../../../model/random.ts';
import { DIGITS, anyOutcomes, outcome, reference, shuffledOutcomes } from './reference.ts';

/** Outcomes that are right with just their probability. */
const calibratedOutcomes = (count: number, seed: number): ReturnType<typeof outcome>[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const probability = 0.3 + 0.7 * random();
    return outcome(0, random() < probability ? 0 : 1, probability);
  });
};

describe('the expected calibration error', () => {
  test.each(reference.classification)('equals that of the reference ($classes classes)', ({ classes, ...given }) => {
    const outcomes = outcomesOf(Float64Array.from(given.probabilities), classes, given.actual);
    expect(expectedCalibrationError(outcomes)).toBeCloseTo(given.ece, DIGITS);
  });

  test('weighs each bin by its share', () => {
    // bin of .95: two, both right, gap .05; bin of .55: two, one right, gap .05; bin of .35: one, wrong, gap .35
    const outcomes = [outcome(0, 0, 0.95), outcome(0, 0, 0.95), outcome(0, 0, 0.55), outcome(0, 1, 0.55), outcome(0, 1, 0.35)];
    expect(expectedCalibrationError(outcomes)).toBeCloseTo((2 * 0.05 + 2 * 0.05 + 0.35) / 5, DIGITS);
  });

  test('lets over- and underconfidence within one bin cancel out', () => {
    expect(expectedCalibrationError([outcome(0, 0, 0.5), outcome(0, 1, 0.5)])).toBe(0);
  });

  test('is 0 for a certain predictor that is always right, 1 for one that is always wrong, 0 for no outcomes', () => {
    expect(expectedCalibrationError([outcome(0, 0), outcome(1, 1)])).toBe(0);
    expect(expectedCalibrationError([outcome(0, 1), outcome(1, 0)])).toBe(1);
    expect(expectedCalibrationError([])).toBe(0);
  });

  test('is a share, at least the gap between accuracy and mean probability, whatever the order', () => {
    fc.assert(
      fc.property(shuffledOutcomes, ([outcomes, shuffled]) => {
        const error = expectedCalibrationError(outcomes);
        const right = outcomes.filter(({ label, actual }) => label === actual).length;
        const sum = outcomes.reduce((total, { probability }) => total + probability, 0);
        expect(error).toBeLessThanOrEqual(1 + 1e-12);
        expect(error).toBeGreaterThanOrEqual(Math.abs(right - sum) / outcomes.length - 1e-12);
        expect(expectedCalibrationError(shuffled)).toBeCloseTo(error, DIGITS);
      }),
    );
  });
});

describe('reliability bins', () => {
  test('hold every outcome once, in the bin of its probability', () => {
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const bins = reliabilityBins(outcomes);
        expect(bins).toHaveLength(CALIBRATION_BINS);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(outcomes.length);
        for (const { from, to, count, meanProbability } of bins.filter((bin) => bin.count > 0)) {
          expect(meanProbability).toBeGreaterThanOrEqual(from - 1e-9);
          expect(meanProbability).toBeLessThanOrEqual(to + 1e-9);
          expect(count).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('the calibration error of a perfectly calibrated model', () => {
  test('covers what calibrated models really have, 95 times of 100', () => {
    let inside = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const outcomes = calibratedOutcomes(200, seed);
      const probabilities = outcomes.map(({ probability }) => probability);
      const { low, high } = eceIfCalibrated(probabilities, 7);
      const error = expectedCalibrationError(outcomes);
      inside += error >= low && error <= high ? 1 : 0;
    }
    expect(inside).toBeGreaterThanOrEqual(89);
    expect(inside).toBeLessThan(100);
  });

  test('shrinks with the root of n', () => {
    const bandOf = (count: number): number =>
      eceIfCalibrated(
        calibratedOutcomes(count, 3).map(({ probability }) => probability),
        1,
      ).median;
    expect(bandOf(400) / bandOf(1_600)).toBeGreaterThan(1.7);
    expect(bandOf(400) / bandOf(1_600)).toBeLessThan(2.3);
  });

  test('is 0 where every probability is 1, and for no probabilities', () => {
    expect(eceIfCalibrated([1, 1, 1], 1)).toEqual({ median: 0, low: 0, high: 0 });
    expect(eceIfCalibrated([], 1)).toEqual({ median: 0, low: 0, high: 0 });
  });

  test('is ordered, a share, the same for the same seed, and does not depend on the order', () => {
    const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(probabilities, fc.nat(), (given, seed) => {
        const band = eceIfCalibrated(given, seed);
        expect(eceIfCalibrated(given.toReversed(), seed)).toEqual(band);
        expect(band.low).toBeGreaterThanOrEqual(0);
        expect(band.median).toBeGreaterThanOrEqual(band.low);
        expect(band.high).toBeGreaterThanOrEqual(band.median);
        expect(band.high).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the Brier score', () => {
  test.each(reference.classification)('equals that of scikit-learn ($classes classes)', ({ classes, ...given }) => {
    expect(brierScore(Float64Array.from(given.probabilities), given.actual, classes)).toBeCloseTo(given.brier, DIGITS);
  });

  test('is 0 for certainty that is right, 2 for certainty that is wrong, 0 for no rows', () => {
    const certain = Float64Array.of(1, 0, 0, 1);
    expect(brierScore(certain, [0, 1], 2)).toBe(0);
    expect(brierScore(certain, [1, 0], 2)).toBe(2);
    expect(brierScore(new Float64Array(0), [], 3)).toBe(0);
  });

  test('counts a label that the model does not know as one that got no probability', () => {
    expect(brierScore(Float64Array.of(0.5, 0.5), [2], 2)).toBe(brierScore(Float64Array.of(0.5, 0.5, 0), [2], 3));
  });
});
