import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EncoderError } from '../../../model/encoder/encoder-error.ts';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../../model/encoder/write-use-lite.ts';
import { Graph } from '../../../model/onnx/graph.ts';
import { copiedEncoder, editManifest, replaceFile } from '../../support/encoder-folder.ts';
import { temporaryFolder } from '../../support/model-folders.ts';

const DIMENSION = 512;
const HIDDEN = 2_304;
const tickets = [
  'My charger gets hot.',
  'Where is my refund? I sent the lamp back three weeks ago and still have no money.',
  'The chain jumps off the chainring whenever I pedal hard uphill, and the shop says that it is worn although it is three months old.',
  'Cancel my order',
  'Bonjour, où est ma commande ?',
];

let encoder: Encoder;
beforeAll(async () => {
  encoder = await openEncoder(useLiteFolder());
});
afterAll(() => encoder.release());

const rowOf = (values: Float32Array, row: number, size: number): Float32Array => values.slice(row * size, (row + 1) * size);
const largestDifference = (left: Float32Array, right: Float32Array): number =>
  left.reduce((largest, value, at) => Math.max(largest, Math.abs(value - right[at]!) / Math.max(1, Math.abs(value))), 0);

describe('an encoder', () => {
  test('answers unit embeddings and hidden states of the sizes that its manifest names', async () => {
    const { embedding, hidden } = await encoder.encode(tickets);
    expect(embedding).toHaveLength(tickets.length * DIMENSION);
    expect(hidden).toHaveLength(tickets.length * HIDDEN);
    for (const row of tickets.keys()) expect(Math.hypot(...rowOf(embedding, row, DIMENSION))).toBeCloseTo(1, 5);
  });

  test('puts texts of like meaning closer together than others', async () => {
    const { embedding } = await encoder.encode([
      'Where is my refund?',
      'I am still waiting for my money back',
      'My brakes squeak',
    ]);
    const cosine = (left: number, right: number): number =>
      rowOf(embedding, left, DIMENSION).reduce((sum, value, at) => sum + value * embedding[right * DIMENSION + at]!, 0);
    expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 2) + 0.1);
  });

  test('says the same of a text alone and among others, whatever their order', async () => {
    const together = await encoder.encode(tickets.toReversed());
    for (const [at, ticket] of tickets.entries()) {
      const alone = await encoder.encode([ticket]);
      const row = tickets.length - 1 - at;
      expect(largestDifference(alone.embedding, rowOf(together.embedding, row, DIMENSION))).toBeLessThan(1e-6);
      expect(largestDifference(alone.hidden, rowOf(together.hidden, row, HIDDEN))).toBeLessThan(5e-6);
    }
  });

  test('gives the same bits twice', async () => {
    expect(await encoder.encode(tickets)).toEqual(await encoder.encode(tickets));
  });

  test('gives the same bits on two threads, also after a rest', async () => {
    const many = Array.from({ length: 1_500 }, (_, at) => `${tickets[at % tickets.length]} ${'again '.repeat(at % 9)}${at}`);
    const onTwo = await openEncoder(useLiteFolder(), { threads: 2 });
    const expected = await encoder.encode(many);
    expect(await onTwo.encode(many)).toEqual(expected);
    await onTwo.rest();
    expect(await onTwo.encode(many)).toEqual(expected);
    await onTwo.release();
  });

  test('gives zeros for a text without words', async () => {
    const { embedding, hidden } = await encoder.encode(['', 'My charger gets hot.', ' \n ']);
    for (const row of [0, 2]) {
      expect(rowOf(embedding, row, DIMENSION)).toEqual(new Float32Array(DIMENSION));
      expect(rowOf(hidden, row, HIDDEN)).toEqual(new Float32Array(HIDDEN));
    }
    expect(Math.hypot(...rowOf(embedding, 1, DIMENSION))).toBeCloseTo(1, 5);
    expect(await encoder.encode([])).toEqual({ embedding: new Float32Array(0), hidden: new Float32Array(0) });
  });

  test('reads a text beyond its maximal length to the end', async () => {
    const padding = Array.from({ length: 300 }, () => 'and so on').join(' ');
    const [plain, ending] = [padding, `${padding} where is my refund`];
    const { embedding, hidden } = await encoder.encode([ending, plain, 'where is my refund']);
    expect(Math.hypot(...rowOf(embedding, 0, DIMENSION))).toBeCloseTo(1, 5);
    expect(largestDifference(rowOf(embedding, 0, DIMENSION), rowOf(embedding, 1, DIMENSION))).toBeGreaterThan(1e-3);
    expect(largestDifference(rowOf(hidden, 0, HIDDEN), rowOf(hidden, 1, HIDDEN))).toBeGreaterThan(1e-3);
  });

  test('tells how far it is, and that it is done', async () => {
    const seen: (readonly [number, number])[] = [];
    await encoder.encode(['', ...tickets], { onProgress: (encoded, of) => seen.push([encoded, of]) });
    expect(seen.map(([encoded]) => encoded)).toEqual(seen.map(([encoded]) => encoded).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual([tickets.length + 1, tickets.length + 1]);
  });

  test('stops between two batches when it is told to', async () => {
    const stop = new AbortController();
    const run = encoder.encode(tickets, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('an encoder folder is refused with a reason', () => {
  const refusal = async (folder: string): Promise<string> => {
    const thrown: unknown = await openEncoder(folder).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(EncoderError);
    return thrown instanceof EncoderError ? thrown.message : '';
  };

  test('where there is nothing', async () => {
    expect(await refusal(temporaryFolder())).toMatch(/holds no encoder: manifest.json cannot be read/u);
  });

  test.each(['encoder.onnx', 'vocabulary.json'])('where %s is truncated', async (name) => {
    const folder = copiedEncoder();
    truncateSync(join(folder, name), 1_000);
    expect(await refusal(folder)).toMatch(/has 1000 bytes, its manifest says \d+/u);
  });

  test('where a byte is another', async () => {
    const folder = copiedEncoder();
    const bytes = readFileSync(join(folder, 'encoder.onnx'));
    bytes[5_000_000]! ^= 1;
    writeFileSync(join(folder, 'encoder.onnx'), bytes);
    expect(await refusal(folder)).toMatch(/encoder.onnx is damaged/u);
  });

  test('where a file is missing, or not listed', async () => {
    const folder = copiedEncoder();
    editManifest(folder, (manifest) => ({ ...manifest, files: [] }));
    expect(await refusal(folder)).toMatch(/does not list vocabulary.json/u);
    const other = copiedEncoder();
    rmSync(join(other, 'encoder.onnx'));
    expect(await refusal(other)).toMatch(/encoder.onnx cannot be read/u);
  });

  test('where a listed file lies outside of it', async () => {
    const folder = copiedEncoder();
    editManifest(folder, (manifest) => ({ ...manifest, files: [{ name: '../secret', bytes: 1, sha256: '0'.repeat(64) }] }));
    expect(await refusal(folder)).toMatch(/no manifest of an encoder that this program reads: files.0.name/u);
  });

  test('where the manifest is of a later format, or not JSON', async () => {
    const folder = copiedEncoder();
    editManifest(folder, (manifest) => ({ ...manifest, formatVersion: 2 }));
    expect(await refusal(folder)).toMatch(/formatVersion/u);
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(await refusal(folder)).toMatch(/is not JSON/u);
  });

  test('where the graph is not one, or takes and answers something else', async () => {
    const folder = copiedEncoder();
    replaceFile(folder, 'encoder.onnx', Buffer.from('not a graph'));
    expect(await refusal(folder)).toMatch(/no graph that can be run/u);
    const graph = new Graph();
    graph.output('embedding', graph.input('pixels', 'float32', [1, 3]), 'float32', [1, 3]);
    replaceFile(folder, 'encoder.onnx', graph.encode());
    expect(await refusal(folder)).toMatch(/does not take and answer what its manifest says/u);
  });

  test('where it answers something else than its references', async () => {
    const folder = copiedEncoder();
    editManifest(folder, (manifest) => ({
      ...manifest,
      references: (manifest['references'] as readonly object[]).map((reference) => ({ ...reference, text: 'Something else' })),
    }));
    expect(await refusal(folder)).toMatch(/differs from its reference vectors by [\d.]+ in embedding; 0.02 is allowed/u);
  });

  test('where its vocabulary is none', async () => {
    const folder = copiedEncoder();
    replaceFile(folder, 'vocabulary.json', Buffer.from('{"a":1}'));
    expect(await refusal(folder)).toMatch(/vocabulary.json is no vocabulary/u);
  });
});
