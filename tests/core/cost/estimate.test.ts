import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byService, costOf, times, together } from '../../../core/cost/cost-of.ts';
import type { Usage } from '../../../core/cost/cost-of.ts';
import { estimate } from '../../../core/cost/estimate.ts';
import { PRICES } from '../../../core/cost/prices.ts';
import type { Meter } from '../../../core/cost/prices.ts';

const METERS = Object.keys(PRICES.prices) as Meter[];
const usages = fc.dictionary(fc.constantFrom(...METERS), fc.integer({ min: 0, max: 1_000_000_000 })) as fc.Arbitrary<Usage>;

describe('a price list', () => {
  test.for(Object.entries(PRICES.prices))('%s names a price above nothing, and a page of AWS as its source', ([, price]) => {
    expect(price.usd).toBeGreaterThan(0);
    expect(price.per).toBeGreaterThan(0);
    expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]*pricing\//);
    expect(price.readAt ?? price.source).toMatch(/^https:\/\//);
  });

  test('is dated, and of one region', () => {
    expect(PRICES).toMatchObject({ date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string, region: 'us-east-1' });
  });
});

describe('a bill', () => {
  test('is quantities times prices, the dearest line first', () => {
    const bill = costOf({ lambdaRequests: 2_000_000, dynamoWriteUnits: 8_000_000, s3Gets: 0 }, PRICES);
    expect(bill.lines.map(({ meter, usd }) => [meter, usd])).toEqual([
      ['dynamoWriteUnits', 5],
      ['lambdaRequests', 0.4],
    ]);
    expect(bill.usd).toBeCloseTo(5.4, 10);
  });

  test('by service adds up to the same', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        const bill = costOf(usage, PRICES);
        const sum = byService(bill).reduce((total, { usd }) => total + usd, 0);
        expect(sum).toBeCloseTo(bill.usd, 4);
      }),
    );
  });

  test('of usages together is their bills together, and of a usage so many times so many times its bill', () => {
    fc.assert(
      fc.property(usages, usages, fc.integer({ min: 0, max: 50 }), (a, b, factor) => {
        const apart = costOf(a, PRICES).usd + costOf(b, PRICES).usd;
        expect(costOf(together(a, b), PRICES).usd / Math.max(1, apart)).toBeCloseTo(apart / Math.max(1, apart), 8);
        const many = factor * costOf(a, PRICES).usd;
        expect(costOf(times(a, factor), PRICES).usd / Math.max(1, many)).toBeCloseTo(many / Math.max(1, many), 8);
      }),
    );
  });
});

describe('an estimate', () => {
  const usage = { alone: { lambdaRequests: 4, dynamoGbMonths: 1e-6 }, together: { lambdaRequests: 1, dynamoGbMonths: 1e-6 } };

  test('without tickets is what a stage costs idle', () => {
    const { idle, month, tickets } = estimate(0, usage, PRICES);
    expect(idle.usd).toBeGreaterThan(1);
    expect(month).toEqual({ atLeastUsd: idle.usd, atMostUsd: idle.usd });
    expect(tickets.atMost.usd).toBe(0);
  });

  test('holds a year of what tickets store', () => {
    const { perMillionTickets } = estimate(1000, usage, PRICES);
    // A million requests cost 0.20, and 12 GB-months 3.00.
    expect(perMillionTickets.atLeastUsd).toBeCloseTo(3.2, 8);
    expect(perMillionTickets.atMostUsd).toBeCloseTo(3.8, 8);
  });

  test('grows with the tickets, and is at most what they cost alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (one, more) => {
        const [less, larger] = [estimate(one, usage, PRICES), estimate(one + more, usage, PRICES)];
        expect(larger.month.atLeastUsd).toBeGreaterThan(less.month.atLeastUsd);
        expect(less.month.atMostUsd).toBeGreaterThan(less.month.atLeastUsd);
      }),
    );
  });
});
