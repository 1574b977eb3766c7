import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoder } from '../../../model/encoder/open-encoder.ts';
import { packChunk, unpackChunk } from '../../../model/encodings/chunk-bytes.ts';
import { encodeHistory } from '../../../model/encodings/encode-history.ts';
import type { EncodedTexts } from '../../../model/encodings/encode-history.ts';
import { encodingsIn, encodingsInMemory } from '../../../model/encodings/encoding-store.ts';
import { planChunks } from '../../../model/encodings/plan-chunks.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';

const WIDTHS = { dimension: 3, hidden: 2 };

const history = (count: number, from = 0) => ({
  texts: Array.from({ length: count }, (_, at) => `ticket ${from + at}`),
  times: Array.from({ length: count }, (_, at) => 1_000 * (from + at)),
});

/** An encoder whose values follow from the text's number; it stops after so many texts. */
const counting = async (stopsAfter = Number.POSITIVE_INFINITY, hash = 'a'): Promise<Encoder & { readonly asked: string[] }> => {
  const asked: string[] = [];
  const { manifest, ...others } = await defaultEncoder();
  return {
    ...others,
    manifest: { ...manifest, dimension: WIDTHS.dimension, hidden: [{ name: 'last-mean', size: WIDTHS.hidden }] },
    hash,
    asked,
    encode: (texts) => {
      if (asked.length + texts.length > stopsAfter) return Promise.reject(new Error('The instance is gone.'));
      asked.push(...texts);
      const numbers = texts.map((text) => Number(text.split(' ')[1]));
      return Promise.resolve({
        embedding: Float32Array.from(numbers.flatMap((number) => [number / 7, -number, 1 / (number + 1)])),
        hidden: Float32Array.from(numbers.flatMap((number) => [number * 1e3, Math.sin(number)])),
      });
    },
  };
};

const valuesOf = (encoded: EncodedTexts, count: number) => encoded.gather(Array.from({ length: count }, (_, at) => at));

describe('a plan of chunks', () => {
  test('holds every text once, in the order of time, and no chunk is larger than 2,048', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 4_000 }), (times) => {
        const texts = times.map((_, at) => `t ${at}`);
        const chunks = planChunks(texts, times);
        const order = chunks.flatMap(({ positions }) => [...positions]);
        expect(order.toSorted((a, b) => a - b)).toEqual(texts.map((_, at) => at));
        expect(order.map((at) => times[at]!)).toEqual(times.toSorted((a, b) => a - b));
        for (const { positions } of chunks) expect(positions.length).toBeLessThanOrEqual(2_048);
      }),
      { numRuns: 20 },
    );
  });

  test('of a history that moved on most chunks are what they were', () => {
    const before = planChunks(history(20_000).texts, history(20_000).times);
    const moved = history(20_000, 400);
    const known = new Set(before.map(({ hash }) => hash));
    const again = planChunks(moved.texts, moved.times).filter(({ hash }) => known.has(hash));
    expect(before.length).toBeGreaterThan(15);
    expect(again.length).toBeGreaterThanOrEqual(before.length - 4);
  });
});

describe('a packed chunk', () => {
  const encoding = { embedding: Float32Array.of(0.5, -0.25, 0.1, 0, 1, -1), hidden: Float32Array.of(1e9, -3, 0.001, -1e9) };
  const packed = packChunk(encoding, WIDTHS);

  test('holds the values to 11 bits, in 2 bytes each', () => {
    const read = unpackChunk(packed, 2, WIDTHS)!;
    for (const [at, value] of encoding.embedding.entries()) expect(read.embedding[at]).toBeCloseTo(value, 4);
    expect([...read.hidden]).toEqual([65_504, -3, expect.closeTo(0.001, 6), -65_504]);
    expect(packed).toHaveLength(8 + 2 * 5 * 2 + 32);
  });

  test('is not read where a bit of it is another, a part is missing, or other texts are meant', () => {
    fc.assert(
      fc.property(fc.nat({ max: packed.length * 8 - 1 }), (bit) => {
        const damaged = Buffer.from(packed);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(unpackChunk(damaged, 2, WIDTHS)).toBeUndefined();
      }),
    );
    expect(unpackChunk(packed.subarray(0, -1), 2, WIDTHS)).toBeUndefined();
    expect(unpackChunk(packed, 3, WIDTHS)).toBeUndefined();
    expect(unpackChunk(packed, 2, { dimension: 2, hidden: 2 })).toBeUndefined();
  });
});

describe('encoding a history', () => {
  test('that is encoded already takes nothing, and gives the same values', async () => {
    const store = encodingsInMemory();
    const first = await encodeHistory(await counting(), history(3_000), store);
    expect(first.encodedNow).toBe(3_000);

    const encoder = await counting();
    const told: number[][] = [];
    const again = await encodeHistory(encoder, history(3_000), store, (...all) => told.push(all));

    expect(again.encodedNow).toBe(0);
    expect(encoder.asked).toEqual([]);
    expect(told.at(-1)).toEqual([3_000, 3_000, 3_000]);
    expect(await valuesOf(again, 3_000)).toEqual(await valuesOf(first, 3_000));
  });

  test('goes on where it was stopped', async () => {
    const folder = temporaryFolder();
    await expect(encodeHistory(await counting(2_500), history(5_000), encodingsIn(folder))).rejects.toThrow('gone');
    const encoder = await counting();
    const resumed = await encodeHistory(encoder, history(5_000), encodingsIn(folder));
    expect(encoder.asked.length).toBeLessThan(5_000 - 400);
    expect(encoder.asked.length).toBeGreaterThanOrEqual(2_500);
    const whole = await encodeHistory(await counting(), history(5_000), encodingsInMemory());
    expect(await valuesOf(resumed, 5_000)).toEqual(await valuesOf(whole, 5_000));
  });

  test('another encoder, or other texts, are encoded anew', async () => {
    const store = encodingsInMemory();
    await encodeHistory(await counting(), history(1_000), store);
    expect((await encodeHistory(await counting(undefined, 'b'), history(1_000), store)).encodedNow).toBe(1_000);
    const { times } = history(1_000);
    const texts = history(1_000, 5_000).texts;
    expect((await encodeHistory(await counting(), { texts, times }, store)).encodedNow).toBe(1_000);
  });

  test('a damaged or truncated chunk is encoded again and mended, the others are not', async () => {
    const folder = temporaryFolder();
    const first = await encodeHistory(await counting(), history(4_000), encodingsIn(folder));
    const [one, other] = readdirSync(folder).map((name) => join(folder, name));
    const bytes = readFileSync(one!);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(one!, bytes);
    writeFileSync(other!, readFileSync(other!).subarray(0, 100));

    const encoder = await counting();
    const again = await encodeHistory(encoder, history(4_000), encodingsIn(folder));

    expect(again.encodedNow).toBeGreaterThan(0);
    expect(again.encodedNow).toBeLessThanOrEqual(2 * 2_048);
    expect(again.encodedNow).toBeLessThan(4_000);
    expect(await valuesOf(again, 4_000)).toEqual(await valuesOf(first, 4_000));
    expect((await encodeHistory(await counting(), history(4_000), encodingsIn(folder))).encodedNow).toBe(0);
  });

  test('a chunk that is lost while it is needed is encoded again', async () => {
    const folder = temporaryFolder();
    const encoded = await encodeHistory(await counting(), history(600), encodingsIn(folder));
    const before = await valuesOf(encoded, 600);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'gone');
    expect(await valuesOf(encoded, 600)).toEqual(before);
  });

  test('what a stopped training had not finished to write is cleared away', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.encoded.part'), 'half');
    const store = encodingsIn(folder);
    expect(readdirSync(folder)).toEqual([]);
    store.write('x.encoded', Buffer.from('whole'));
    expect(readdirSync(folder)).toEqual(['x.encoded']);
    expect(store.read('y.encoded')).toBeUndefined();
  });
});
