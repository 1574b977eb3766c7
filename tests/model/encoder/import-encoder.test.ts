import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EncoderError } from '../../../model/encoder/encoder-error.ts';
import type { EncoderParts } from '../../../model/encoder/import-encoder.ts';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import type { Encoding } from '../../../model/encoder/encode-texts.ts';
import { importTinyEncoder, TINY_DIMENSION, tinyBertGraph, tinyUnigramTokenizer } from '../../support/bert-encoder.ts';
import { editManifest } from '../../support/encoder-folder.ts';
import { temporaryFolder } from '../../support/model-folders.ts';

const imported = async (fields: Partial<EncoderParts> = {}): Promise<string> => {
  const folder = join(temporaryFolder(), 'tiny');
  await importTinyEncoder(folder, fields);
  return folder;
};

const encoded = async (folder: string, texts: readonly string[]): Promise<Encoding> => {
  const encoder = await openEncoder(folder);
  try {
    return await encoder.encode(texts);
  } finally {
    await encoder.release();
  }
};

const rowOf = (values: Float32Array, row: number): Float32Array => values.slice(row * TINY_DIMENSION, (row + 1) * TINY_DIMENSION);
const cosine = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, value, at) => sum + value * right[at]!, 0) / (Math.hypot(...left) * Math.hypot(...right));

describe('an encoder of the BERT family', () => {
  test('becomes a folder that opens like any other, with its reference vectors recorded', async () => {
    const folder = await imported();
    const encoder = await openEncoder(folder);
    expect(encoder.manifest).toMatchObject({ name: 'tiny', dimension: TINY_DIMENSION, pooling: 'mean', licence: 'Apache-2.0' });
    expect(encoder.manifest.references.length).toBeGreaterThan(3);
    const { embedding } = await encoder.encode(['where is my refund', 'login']);
    for (const row of [0, 1]) expect(Math.hypot(...rowOf(embedding, row))).toBeCloseTo(1, 5);
    await encoder.release();
  });

  test('says the same of a text alone and beside longer ones, and the same twice', async () => {
    const folder = await imported();
    const long = 'where is my parcel and my money '.repeat(3);
    const together = await encoded(folder, [long, 'login', long]);
    const alone = await encoded(folder, ['login']);
    expect(cosine(rowOf(together.embedding, 1), rowOf(alone.embedding, 0))).toBeCloseTo(1, 5);
    expect(await encoded(folder, [long, 'login', long])).toEqual(together);
  });

  test('is pooled as asked: the mean of all tokens, or the state of the first', async () => {
    const texts = ['login', 'parcel'];
    const mean = await encoded(await imported(), texts);
    expect(cosine(rowOf(mean.embedding, 0), rowOf(mean.embedding, 1))).toBeLessThan(0.95);
    // The small graph's first state is that of [CLS], whatever the text.
    const first = await encoded(await imported({ pooling: 'cls' }), texts);
    expect(cosine(rowOf(first.embedding, 0), rowOf(first.embedding, 1))).toBeCloseTo(1, 5);
  });

  test('reads its prefix before every text', async () => {
    const plain = await encoded(await imported(), ['query: login']);
    const prefixed = await encoded(await imported({ prefix: 'query: ' }), ['login', '']);
    expect(cosine(rowOf(plain.embedding, 0), rowOf(prefixed.embedding, 0))).toBeCloseTo(1, 5);
    expect(rowOf(prefixed.embedding, 1)).toEqual(new Float32Array(TINY_DIMENSION));
  });

  test('reads a text beyond its maximal length in windows, whatever its tokenizer says of truncation', async () => {
    const folder = await imported();
    const filler = 'and so on '.repeat(60);
    const { embedding } = await encoded(folder, [filler, `${filler} refund refund refund refund refund`, 'refund']);
    expect(cosine(rowOf(embedding, 1), rowOf(embedding, 2))).toBeGreaterThan(cosine(rowOf(embedding, 0), rowOf(embedding, 2)));
  });

  test('may have a Unigram tokenizer, and no types of tokens', async () => {
    const folder = await imported({
      tokenizer: tinyUnigramTokenizer(),
      graph: tinyBertGraph({ inputs: ['input_ids', 'attention_mask'] }),
    });
    const { embedding } = await encoded(folder, ['where is my refund', 'where is my refund', 'login']);
    expect(rowOf(embedding, 0)).toEqual(rowOf(embedding, 1));
    expect(cosine(rowOf(embedding, 0), rowOf(embedding, 2))).toBeLessThan(0.95);
  });

  test('reads one text at a time where what its graph says of a text depends on the others', async () => {
    const folder = await imported({ graph: tinyBertGraph({ batchScaled: true }) });
    const encoder = await openEncoder(folder);
    expect(encoder.manifest.batching).toBe('single');
    const together = await encoder.encode(['login', 'where is my refund']);
    const alone = await encoder.encode(['login']);
    expect(rowOf(together.embedding, 0)).toEqual(rowOf(alone.embedding, 0));
    await encoder.release();
  });
});

describe('parts that are no encoder are refused with a sentence', () => {
  const refusal = async (fields: Partial<EncoderParts>): Promise<string> => {
    const thrown: unknown = await imported(fields).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(EncoderError);
    return thrown instanceof EncoderError ? thrown.message : '';
  };

  test('a graph that takes something else', async () => {
    expect(await refusal({ graph: tinyBertGraph({ inputs: ['input_ids', 'attention_mask', 'pixel_values'] }) })).toMatch(
      /^model.onnx takes input_ids .*pixel_values.*; an encoder of the BERT family takes input_ids, attention_mask and perhaps/u,
    );
    expect(await refusal({ graph: tinyBertGraph({ inputs: ['input_ids'] }) })).toMatch(
      /takes input_ids \(int64 texts×tokens\); an enc/u,
    );
    expect(await refusal({ graph: tinyBertGraph({ inputType: 'int32' }) })).toMatch(/texts × tokens of int64 are needed/u);
  });

  test('a graph that answers something else', async () => {
    expect(await refusal({ graph: tinyBertGraph({ flat: true }) })).toMatch(/answers last_hidden_state \(float32 texts×16\);/u);
  });

  test('a truncated graph', async () => {
    const graph = tinyBertGraph();
    expect(await refusal({ graph: graph.subarray(0, graph.length / 2) })).toMatch(/is no graph that can be run .*truncated/u);
  });

  test('a tokenizer of another kind, or none', async () => {
    const bytePairs = JSON.stringify({ model: { type: 'BPE', vocab: {}, merges: [] } });
    expect(await refusal({ tokenizer: bytePairs })).toMatch(/of the kind BPE, and WordPiece and Unigram are known/u);
    expect(await refusal({ tokenizer: '{"version":' })).toMatch(/tokenizer.json is no tokenizer that can be used/u);
  });

  test('a tokenizer with tokens that the graph does not know', async () => {
    const graph = tinyBertGraph({ vocabulary: 5 });
    expect(await refusal({ graph })).toMatch(/fails on the tokens of tokenizer.json/u);
  });

  test('a maximal length without room for a text', async () => {
    expect(await refusal({ maxTokens: 10 })).toMatch(/10 tokens leaves 8 for a text; 16 are needed/u);
  });
});

test('an encoder whose graph does not fit its manifest is refused', async () => {
  const folder = await imported();
  editManifest(folder, (manifest) => ({ ...manifest, dimension: 8 }));
  await expect(openEncoder(folder)).rejects.toThrow(/answers states of 16 values, its manifest says 8/u);
  editManifest(folder, (manifest) => ({ ...manifest, dimension: 16, hidden: [{ name: 'layer-3-mean', size: 16 }] }));
  await expect(openEncoder(folder)).rejects.toThrow(/asks for the hidden states layer-3-mean/u);
  expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toContain('layer-3-mean');
});
