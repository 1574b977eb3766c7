import { describe, expect, test } from 'vitest';
import { readAlone } from '../../../model/cluster/read-alone.ts';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../../model/encoder/write-use-lite.ts';
import { sampleCompany, SMALL_COMPANY } from '../../../samples/sample-company.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';

const subjects = [...new Set(sampleCompany(SMALL_COMPANY).map(({ ticket }) => ticket.subject))].slice(0, 60);
/** Each subject many times, and now and then one without words. */
const texts = Array.from({ length: 3_000 }, (_, at) => (at % 63 === 62 ? ' ' : subjects[at % subjects.length]!));

describe('texts that are read for a clustering', () => {
  test.each([2_000, 10_000])('get the same row wherever they stand, or none, in a space of at most %i of them', async (most) => {
    const { rows, dimension, blank } = await readAlone(await defaultEncoder(), texts, 1, () => {}, most);
    const firstOf = new Map<string, Float32Array>();
    for (const [at, text] of texts.entries()) {
      const row = rows.subarray(at * dimension, (at + 1) * dimension);
      expect(blank[at]).toBe(text === ' ');
      expect(Math.hypot(...row)).toBeCloseTo(blank[at] ? 0 : 1, 4);
      const first = firstOf.get(text) ?? row;
      firstOf.set(text, first);
      expect(row.every((value, place) => Math.abs(value - first[place]!) < 1e-4)).toBe(true);
    }
  });

  test('get the same bits on two threads', async () => {
    const onTwo = await openEncoder(useLiteFolder(), { threads: 2 });
    const read = (encoder: Encoder) => readAlone(encoder, texts, 1, () => {}, 2_000);
    expect(await read(onTwo)).toEqual(await read(await defaultEncoder()));
    await onTwo.release();
  });
});
