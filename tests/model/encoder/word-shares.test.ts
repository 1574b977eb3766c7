import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hiddenSizeOf } from '../../../model/encoder/manifest.ts';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../../model/encoder/open-encoder.ts';
import { encodeByWords } from '../../../model/encoder/word-shares.ts';
import { useLiteFolder } from '../../../model/encoder/write-use-lite.ts';
import { importTinyEncoder, TINY_DIMENSION, tinyUnigramTokenizer } from '../../support/bert-encoder.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { randomFloats } from '../../support/random-vectors.ts';

interface Split {
  /** A word each, of each text. */
  readonly shares: readonly Float64Array[];
  /** Σ gradient × (value - centre), a text each. */
  readonly totals: readonly number[];
}

const widthOf = ({ manifest }: Encoder): number => manifest.dimension + hiddenSizeOf(manifest);

const split = async (encoder: Encoder, texts: readonly string[], only: readonly [from: number, to: number]): Promise<Split> => {
  const width = widthOf(encoder);
  const said = await encoder.encodeByWords(texts);
  const gradients = randomFloats(texts.length * width, 1).map((value, at) =>
    at % width >= only[0] && at % width < only[1] ? value : 0,
  );
  const centre = randomFloats(width, 2).map((value) => value / 10);
  const { dimension } = encoder.manifest;
  const totals = texts.map((_, row) => {
    let sum = 0;
    for (let at = 0; at < width; at++) {
      const value =
        at < dimension ? said.embedding[row * dimension + at]! : said.hidden[row * (width - dimension) + at - dimension]!;
      sum += gradients[row * width + at]! * (value - centre[at]!);
    }
    return sum;
  });
  return { shares: await said.splitOverWords(gradients, centre), totals };
};

const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

describe('what the default encoder says of a text', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    encoder = await openEncoder(useLiteFolder());
  });
  afterAll(() => encoder.release());

  test('is the same by words', async () => {
    const texts = ['Where is my refund?', '', 'and so on '.repeat(150), 'My charger gets hot.'];
    const { embedding, hidden } = await encoder.encodeByWords(texts);
    expect({ embedding, hidden }).toEqual(await encoder.encode(texts));
  });

  test('is split over its words without rest: embedding, means and maxima, also of a text of several windows', async () => {
    const word = fc.constantFrom('refund', 'Lamp,', 'ﬁne', 'naïve', '漢字', '😀', 'x', 'e-bike?');
    const text = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 30 }), fc.constantFrom(1, 1, 1, 20))
      .map(([words, times]) => Array.from({ length: times }, () => words.join('  ')).join('\n'));
    const offsets = encoder.manifest.hidden.reduce<readonly number[]>(
      (ends, { size }) => [...ends, ends.at(-1)! + size],
      [encoder.manifest.dimension],
    );
    const parts = [[0, offsets[0]!], ...offsets.slice(1).map((end, at) => [offsets[at]!, end])] as [number, number][];
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), fc.constantFrom(...parts), async (texts, part) => {
        const { shares, totals } = await split(encoder, texts, part);
        texts.forEach((each, row) => {
          const words = each.split(/\s+/u).filter((one) => one !== '');
          expect(shares[row]).toHaveLength(words.length);
          expect(sumOf(shares[row]!)).toBeCloseTo(totals[row]!, 3);
        });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test('gives most to the word that was changed where the gradient asks for the change', async () => {
    const texts = ['please help me with my refund today', 'please help me with my helmet today'];
    const { embedding, hidden } = await encoder.encode(texts);
    const [width, { dimension }] = [widthOf(encoder), encoder.manifest];
    const differences = Float32Array.from({ length: width }, (_, at) =>
      at < dimension
        ? embedding[at]! - embedding[dimension + at]!
        : hidden[at - dimension]! - hidden[width - dimension + at - dimension]!,
    );
    const said = await encoder.encodeByWords([texts[0]!]);
    const [shares] = await said.splitOverWords(differences, new Float32Array(width));
    expect(shares!.indexOf(Math.max(...shares!))).toBe(5);
  });
});

describe('what an encoder of the BERT family says of a text', () => {
  const opened = async (fields: Parameters<typeof importTinyEncoder>[1]): Promise<Encoder> => {
    const folder = temporaryFolder();
    await importTinyEncoder(folder, fields);
    return openEncoder(folder);
  };
  const WHOLE = [0, Infinity] as const;

  test.each([
    ['means and maxima', { pooling: 'mean' }],
    ['maxima and means beside its first state', { pooling: 'cls' }],
    ['means over a tokenizer of another kind', { pooling: 'mean', tokenizer: tinyUnigramTokenizer() }],
  ] as const)('is split over its words, by %s; what frames them takes its part', async (_, fields) => {
    const encoder = await opened(fields);
    const { shares } = await split(encoder, ['where is my refund', 'refund', 'my a refund'.repeat(30)], WHOLE);
    expect(shares.map(({ length }) => length)).toEqual([4, 1, 61]);
    for (const own of shares) expect(own.every((share) => Number.isFinite(share) && share !== 0)).toBe(true);
    await encoder.release();
  });

  test('gives a word the same wherever it stands, where the states of tokens do not depend on one another', async () => {
    const encoder = await opened({ pooling: 'mean' });
    const { shares } = await split(encoder, ['refund my a refund'], [0, TINY_DIMENSION]);
    expect(shares[0]![0]).toBeCloseTo(shares[0]![3]!, 9);
    expect(shares[0]![0]).not.toBeCloseTo(shares[0]![1]!, 3);
    await encoder.release();
  });
});

test('nothing is given to words where a tokenizer reads across them', async () => {
  const oneToken = (text: string): Int32Array => (text === '' ? new Int32Array(0) : Int32Array.of(text.length));
  const rules = { dimension: 1, hidden: [{ name: 'last-mean', size: 1 }], maxTokens: 8, prefix: '' };
  const tokenizer = { before: new Int32Array(0), after: new Int32Array(0), encode: oneToken };
  const answerOf = async (rows: readonly Int32Array[]) => {
    const ones = new Float32Array(rows.length).fill(1);
    return { embedding: ones, hidden: ones, ofHidden: [ones] };
  };
  const graph = { run: answerOf, runTokenwise: answerOf, release: async () => {} };
  const said = await encodeByWords(rules, tokenizer, graph)(['my refund', 'refund']);
  const shares = await said.splitOverWords(Float32Array.of(1, 1, 1, 1), new Float32Array(2));
  expect(shares.map((own) => [...own])).toEqual([[0, 0], [1]]);
});
