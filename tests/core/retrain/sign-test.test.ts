import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialUpperTail, logBinomialUpperTail, signTest } from '../../../core/retrain/sign-test.ts';

/** P(X ≥ k) for X ~ Binomial(n, a/b), in whole numbers up to the last step. */
const exactTail = (k: number, n: number, a: number, b: number): number => {
  let choose = 1n;
  let sum = 0n;
  for (let i = 0; i <= n; i += 1) {
    if (i >= k) sum += choose * BigInt(a) ** BigInt(i) * BigInt(b - a) ** BigInt(n - i);
    choose = (choose * BigInt(n - i)) / BigInt(i + 1);
  }
  return Number((sum * 10n ** 300n) / BigInt(b) ** BigInt(n)) / 1e300;
};

const relativeError = (actual: number, expected: number): number => Math.abs(actual - expected) / expected;

const counts = fc.integer({ min: 0, max: 120 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('the binomial tail', () => {
  test('equals the sum in whole numbers', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), ([k, n], tenths) => {
        const expected = exactTail(k, n, tenths, 10);
        fc.pre(expected > 1e-250 && expected < Infinity);
        expect(relativeError(binomialUpperTail(k, n, tenths / 10), expected)).toBeLessThan(1e-10);
      }),
    );
  });

  test('never rises with the number of successes asked for, and starts at certainty', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), ([k, n], p) => {
        expect(binomialUpperTail(0, n, p)).toBe(1);
        const here = logBinomialUpperTail(k, n, p);
        expect(here).toBeLessThanOrEqual(1e-12);
        expect(logBinomialUpperTail(Math.min(k + 1, n), n, p)).toBeLessThanOrEqual(here + 1e-9);
      }),
    );
  });

  test('never falls with the probability of success', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, p, p, ([k, n], p1, p2) => {
        const low = binomialUpperTail(k, n, Math.min(p1, p2));
        expect(binomialUpperTail(k, n, Math.max(p1, p2))).toBeGreaterThanOrEqual(low - 1e-10);
      }),
    );
  });

  test('stays exact where the probability is too small for a number', () => {
    expect(binomialUpperTail(100_000, 100_000, 0.5)).toBe(0);
    expect(logBinomialUpperTail(100_000, 100_000, 0.5)).toBeCloseTo(100_000 * Math.log(0.5), 6);
  });

  test('refuses arguments out of their range', () => {
    expect(() => binomialUpperTail(3, 2, 0.5)).toThrow(RangeError);
    expect(() => binomialUpperTail(1, 2.5, 0.5)).toThrow(RangeError);
    expect(() => binomialUpperTail(1, 2, 1.5)).toThrow(RangeError);
    expect(() => signTest(-1, 2)).toThrow(RangeError);
  });
});

describe('the sign test', () => {
  test('gives the values of the textbook', () => {
    expect(signTest(5, 0)).toBeCloseTo(1 / 32, 12);
    expect(signTest(8, 2)).toBeCloseTo(56 / 1024, 12);
    expect(signTest(0, 0)).toBe(1);
  });

  test('sees both sides of a comparison alike: one side wins at least so often, or the other wins more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 0, max: 50_000 }), (wins, losses) => {
        expect(signTest(wins, losses) + signTest(losses + 1, wins - 1)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('holds a hundred thousand tickets', () => {
    // Normal approximation with continuity correction at z = 3: a tail of 0.00135.
    const n = 100_000;
    const wins = n / 2 + Math.round(3 * Math.sqrt(n) * 0.5);
    expect(signTest(wins, n - wins)).toBeCloseTo(0.00135, 4);
    expect(signTest(n / 2, n / 2)).toBeCloseTo(0.5 + 0.5 * Math.sqrt(2 / (Math.PI * n)), 6);
  });
});
