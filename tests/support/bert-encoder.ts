import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importEncoder } from '../../model/encoder/import-encoder.ts';
import type { EncoderParts } from '../../model/encoder/import-encoder.ts';
import { Graph, int, ints } from '../../model/onnx/graph.ts';
import { seededRandom } from '../../model/random.ts';

const WORDS =
  'where is my refund money back the parcel late not arrived login password reset cancel order query : ? . broken lamp help invoice a and so on i want'.split(
    ' ',
  );
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(97 + at));
const PIECES = [
  ...SPECIAL,
  ...WORDS,
  ...LETTERS.map((letter) => `##${letter}`),
  ...LETTERS.filter((letter) => letter !== 'a' && letter !== 'i'),
];

export const TINY_DIMENSION = 16;

export interface TinyGraph {
  readonly inputs?: readonly string[];
  readonly inputType?: 'int32' | 'int64';
  /** Answers one vector a text. */
  readonly flat?: boolean;
  /** Adds the largest state of the batch, so that texts depend on one another as in graphs of int8 numbers. */
  readonly batchScaled?: boolean;
  /** Token ids that it knows. */
  readonly vocabulary?: number;
}

/** A graph with the face of a BERT, whose states are a vector a token. */
export const tinyBertGraph = (fields: TinyGraph = {}): Uint8Array => {
  const { inputs = ['input_ids', 'attention_mask', 'token_type_ids'], inputType = 'int64', vocabulary = PIECES.length } = fields;
  const graph = new Graph();
  const [ids] = inputs.map((name) => graph.input(name, inputType, ['texts', 'tokens']));
  const random = seededRandom(1);
  const vectors = Float32Array.from({ length: vocabulary * TINY_DIMENSION }, () => random() - 0.5);
  const states = graph.apply('Gather', [graph.weights(vectors, [vocabulary, TINY_DIMENSION]), ids!]);
  const largest = graph.apply('ReduceMax', [states], { keepdims: int(0) });
  const scaled = fields.batchScaled === true ? graph.apply('Add', [states, largest]) : states;
  if (fields.flat === true)
    graph.output('last_hidden_state', graph.apply('ReduceMean', [scaled], { axes: ints([1]), keepdims: int(0) }), 'float32', [
      'texts',
      TINY_DIMENSION,
    ]);
  else graph.output('last_hidden_state', scaled, 'float32', ['texts', 'tokens', TINY_DIMENSION]);
  return graph.encode();
};

const specialToken = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** A `tokenizer.json` of the kind WordPiece with some words and all letters. */
export const tinyTokenizer = (): string =>
  JSON.stringify({
    version: '1.0',
    truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
    padding: null,
    added_tokens: SPECIAL.map(specialToken),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(PIECES.map((piece, id) => [piece, id])),
    },
  });

/** A `tokenizer.json` of the kind Unigram, as multilingual encoders have it. */
export const tinyUnigramTokenizer = (): string =>
  JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['<s>', '<pad>', '</s>', '<unk>'].map(specialToken),
    normalizer: { type: 'NFKC' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] },
        '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] },
      },
    },
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: [
        ...['<s>', '<pad>', '</s>', '<unk>'].map((piece) => [piece, 0]),
        ...['▁where', '▁is', '▁my', '▁refund', '▁login', '▁a', '▁'].map((piece) => [piece, -3]),
        ...LETTERS.map((letter) => [letter, -6]),
      ],
    },
  });

/** The files of a small sentence encoder as people share them; a field of undefined leaves the file out. */
export const tinyBertFiles = (
  replaced: Readonly<Record<string, string | Uint8Array | undefined>> = {},
): ReadonlyMap<string, string | Uint8Array> =>
  new Map(
    Object.entries({
      'onnx/model.onnx': tinyBertGraph(),
      'tokenizer.json': tinyTokenizer(),
      '1_Pooling/config.json': JSON.stringify({ word_embedding_dimension: TINY_DIMENSION, pooling_mode_mean_tokens: true }),
      'sentence_bert_config.json': JSON.stringify({ max_seq_length: 32 }),
      'README.md': '---\nlicense: apache-2.0\nlanguage:\n  - en\n---\n# Tiny\n',
      ...replaced,
    }).flatMap(([name, content]) => (content === undefined ? [] : [[name, content] as const])),
  );

export const writeFiles = (folder: string, files: ReadonlyMap<string, string | Uint8Array>): void => {
  for (const [name, content] of files) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
};

/** Parts of a small encoder that can be imported. */
export const tinyParts = (fields: Partial<EncoderParts> = {}): EncoderParts => ({
  graph: tinyBertGraph(),
  tokenizer: tinyTokenizer(),
  name: 'tiny',
  version: '1',
  pooling: 'mean',
  prefix: '',
  maxTokens: 32,
  languages: ['en'],
  licence: 'Apache-2.0',
  source: 'a test',
  names: { graph: 'model.onnx', tokenizer: 'tokenizer.json' },
  ...fields,
});

export const importTinyEncoder = (folder: string, fields: Partial<EncoderParts> = {}): Promise<unknown> =>
  importEncoder(tinyParts(fields), folder);
