import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyOf } from '../../../model/evaluate/accuracy.ts';
import { aurcOf, coverageAtAccuracy, coverageAtThreshold, riskCoverageCurve } from '../../../model/evaluate/coverage.ts';
import { outcomesOf } from '../../../model/evaluate/outcome.ts';
import { DIGITS, anyOutcomes, outcome, reference, shuffledOutcomes } from './reference.ts';

const share = fc.double({ min: 0.1, max: 1, noNaN: true });

describe('the threshold for a target accuracy', () => {
  test('covers as much as the target allows', () => {
    const outcomes = [outcome(0, 0, 0.9), outcome(0, 0, 0.8), outcome(0, 1, 0.7), outcome(0, 0, 0.6), outcome(0, 1, 0.5)];
    expect(coverageAtAccuracy(outcomes, 0.75)).toEqual({ threshold: 0.6, coverage: 0.8, accuracy: 0.75 });
    expect(coverageAtAccuracy(outcomes, 1)).toEqual({ threshold: 0.8, coverage: 0.4, accuracy: 1 });
  });

  test('automates nothing where no threshold reaches the target, or too few examples would judge it', () => {
    const nothing = { threshold: 1, coverage: 0, accuracy: 0 };
    expect(coverageAtAccuracy([outcome(0, 1, 0.9), outcome(0, 0, 0.5)], 0.9)).toEqual(nothing);
    expect(coverageAtAccuracy([outcome(0, 0, 0.9)], 0.9, 2)).toEqual(nothing);
    expect(coverageAtAccuracy([], 0.9)).toEqual(nothing);
  });

  test('takes outcomes of equal probability together or not at all', () => {
    const outcomes = [outcome(0, 0, 0.9), outcome(0, 0, 0.6), outcome(0, 1, 0.6)];
    expect(coverageAtAccuracy(outcomes, 0.9)).toEqual({ threshold: 0.9, coverage: 1 / 3, accuracy: 1 });
  });

  test('has the coverage and accuracy that are reported, and no lower threshold reaches the target', () => {
    fc.assert(
      fc.property(anyOutcomes, share, (given, target) => {
        const chosen = coverageAtAccuracy(given, target);
        fc.pre(chosen.coverage > 0);
        const automated = given.filter(({ probability }) => probability >= chosen.threshold);
        expect(automated.length / given.length).toBeCloseTo(chosen.coverage, DIGITS);
        expect(accuracyOf(automated)).toBeCloseTo(chosen.accuracy, DIGITS);
        expect(chosen.accuracy).toBeGreaterThanOrEqual(target);
        for (const { probability } of given.filter((each) => each.probability < chosen.threshold))
          expect(coverageAtThreshold(given, probability).accuracy).toBeLessThan(target);
      }),
    );
  });

  test('automates nothing only where every threshold misses the target', () => {
    fc.assert(
      fc.property(anyOutcomes, share, (given, target) => {
        const best = Math.max(...given.map(({ probability }) => coverageAtThreshold(given, probability).accuracy));
        expect(coverageAtAccuracy(given, target).coverage > 0).toBe(best >= target);
      }),
    );
  });
});

describe('coverage at a given threshold', () => {
  test('says what is automated and how accurate that is on these outcomes', () => {
    const outcomes = [outcome(0, 0, 0.9), outcome(0, 1, 0.8), outcome(0, 0, 0.3), outcome(0, 0, 0.2)];
    expect(coverageAtThreshold(outcomes, 0.8)).toEqual({ threshold: 0.8, coverage: 0.5, accuracy: 0.5 });
    expect(coverageAtThreshold(outcomes, 0.95)).toEqual({ threshold: 0.95, coverage: 0, accuracy: 0 });
    expect(coverageAtThreshold([], 0.5)).toEqual({ threshold: 0.5, coverage: 0, accuracy: 0 });
  });
});

describe('the risk-coverage curve', () => {
  test('rises in coverage to everything, where the risk is the error rate', () => {
    fc.assert(
      fc.property(shuffledOutcomes, ([outcomes, shuffled]) => {
        const curve = riskCoverageCurve(outcomes);
        const coverages = curve.map(({ coverage }) => coverage);
        expect(coverages).toEqual(coverages.toSorted((a, b) => a - b));
        expect(curve.at(-1)).toMatchObject({ coverage: 1 });
        expect(curve.at(-1)!.risk).toBeCloseTo(1 - accuracyOf(outcomes), DIGITS);
        expect(riskCoverageCurve(shuffled)).toEqual(curve);
        for (const { threshold, coverage, risk } of curve) {
          const automated = coverageAtThreshold(outcomes, threshold);
          expect(automated.coverage).toBeCloseTo(coverage, DIGITS);
          expect(1 - automated.accuracy).toBeCloseTo(risk, DIGITS);
        }
      }),
    );
  });
});

describe('the area under the risk-coverage curve', () => {
  test.each(reference.classification.filter(({ aurc }) => aurc !== null))(
    'equals the reference where no probabilities are tied ($classes classes)',
    ({ classes, ...given }) => {
      const outcomes = outcomesOf(Float64Array.from(given.probabilities), classes, given.actual);
      expect(aurcOf(outcomes)).toBeCloseTo(given.aurc!, DIGITS);
    },
  );

  test.each(reference.ties)('is the mean over all orders where they are tied', ({ confidence, right, aurc }) => {
    const outcomes = confidence.map((probability, row) => outcome(0, right[row] === true ? 0 : 1, probability));
    expect(aurcOf(outcomes)).toBeCloseTo(aurc, DIGITS);
  });

  test('is the error rate where all probabilities are equal, and 0 for no outcomes', () => {
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const constant = outcomes.map((each) => ({ ...each, probability: 0.5 }));
        expect(aurcOf(constant)).toBeCloseTo(1 - accuracyOf(constant), DIGITS);
      }),
    );
    expect(aurcOf([])).toBe(0);
  });

  test('is a share, whatever the order, 0 for a perfect and 1 for an always wrong predictor', () => {
    fc.assert(
      fc.property(shuffledOutcomes, ([outcomes, shuffled]) => {
        const area = aurcOf(outcomes);
        expect(area).toBeGreaterThanOrEqual(0);
        expect(area).toBeLessThanOrEqual(1 + 1e-12);
        expect(aurcOf(shuffled)).toBeCloseTo(area, DIGITS);
        expect(aurcOf(outcomes.map((each) => ({ ...each, label: each.actual })))).toBe(0);
        expect(aurcOf(outcomes.map((each) => ({ ...each, label: each.actual + 1 })))).toBe(1);
      }),
    );
  });

  test('falls when a wrong outcome gets less probability than the right ones', () => {
    const outcomes = [outcome(0, 0, 0.7), outcome(0, 0, 0.6), outcome(0, 1, 0.9)];
    expect(aurcOf([...outcomes.slice(0, 2), outcome(0, 1, 0.1)])).toBeLessThan(aurcOf(outcomes));
  });
});
