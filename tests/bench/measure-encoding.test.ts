import { describe, expect, test } from 'vitest';
import { openEncodingMeter } from '../../bench/measure-encoding.ts';
import { readSample } from '../../cli/start/read-tickets.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { SMALL_COMPANY } from '../../samples/sample-company.ts';

/** Enough that batches are full; processor time, in turns, so that a busy machine slows all of it alike. */
const TICKETS = 100;
const ROUNDS = 5;

describe('encoding many tickets', () => {
  test("costs little beside the encoder's graph itself: tokenizing, batches, padding", { timeout: 120_000 }, async () => {
    const texts = readSample(SMALL_COMPANY)
      .tickets.slice(0, TICKETS)
      .map(({ subject, body }) => `${subject}\n${body}`);
    const meter = await openEncodingMeter(useLiteFolder());
    const cost = await meter.measure(texts, ROUNDS);
    await meter.release();
    expect(cost.sessionShare).toBeGreaterThanOrEqual(0.85);
    expect(cost.tokenizerShare).toBeLessThanOrEqual(0.1);
    expect(cost.padding).toBeLessThanOrEqual(1.1);
    expect(cost.batches).toBeLessThan(TICKETS);
  });
});
