import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { openSession } from '../onnx/session.ts';
import { bertGraph, bertSignatureOf } from './bert-graph.ts';
import { encodeBy } from './encode-texts.ts';
import { EncoderError } from './encoder-error.ts';
import { sha256 } from './encoder-files.ts';
import { hubTokenizer } from './hub-tokenizer.ts';
import { ENCODER_GRAPH, ENCODER_MANIFEST, formatEncoderManifest } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';
import { differencesFrom, recordReferences } from './references.ts';
import type { Tokenizer } from './tokenizer.ts';

const TOKENIZER = 'tokenizer.json';
/** Fewer leave no room for a text between what frames it. */
const FEWEST_TOKENS = 16;
/** Alone and among others, a text may be encoded this differently: sums are taken in another order. */
const SAME = 1e-4;
const TOLERANCE = 1e-4;
/**
 * Of a graph that counts in int8, which processors may round differently: as much as the int8 graphs of MiniLM and BGE differ from
 * their float32 ones on 1,000 texts of Banking77 (.035 in the embedding, .5 in the maxima of the last layer).
 */
const TOLERANCE_OF_INT8 = { tolerance: 0.05, hiddenTolerance: 0.5 };

const REFERENCE_TEXTS = [
  'Where is my refund?',
  'I sent the lamp back three weeks ago and still have no money.',
  'Bonjour, où est ma commande ? La livraison était prévue pour lundi.',
  'parcel not arrived!!! order 10-4471, tracking says DELIVERED :(',
  `The app logs me out. ${'I type the code, it turns, and then the first page is there again. '.repeat(40)}`,
];

/** A sentence encoder of the BERT family, as its makers give it. */
export interface EncoderParts {
  readonly graph: Uint8Array;
  /** The content of a `tokenizer.json`. */
  readonly tokenizer: string;
  readonly name: string;
  readonly version: string;
  readonly pooling: 'mean' | 'cls';
  readonly prefix: string;
  /** Tokens of a text with what frames them. */
  readonly maxTokens: number;
  readonly languages: readonly string[];
  readonly licence: string;
  /** Where it comes from, in words. */
  readonly source: string;
  /** In which messages name the graph and the tokenizer. */
  readonly names: { readonly graph: string; readonly tokenizer: string };
}

/**
 * Writes an encoder's folder from its parts, once it is known to work: the graph is opened, encodes a few texts, and what it says of
 * them is recorded as its reference vectors. They show later that nothing was damaged or is carried out differently; whether pooling
 * and prefix are those that the weights were trained with, they cannot show.
 * @throws EncoderError where graph or tokenizer are of another kind or do not fit each other
 */
export const importEncoder = async (parts: EncoderParts, folder: string): Promise<EncoderManifest> => {
  const tokenizer = openTokenizer(parts);
  const session = await openSession(parts.graph, { threads: 1 }).catch((cause: unknown) => {
    throw new EncoderError(
      `${parts.names.graph} is no graph that can be run (${reasonOf(cause)}); it may be truncated, or its weights may lie in a file of their own.`,
      { cause },
    );
  });
  try {
    const { dimension } = bertSignatureOf(session, parts.names.graph);
    const facts = {
      name: parts.name,
      version: parts.version,
      dimension,
      hidden: hiddenOf(parts.pooling, dimension),
      pooling: parts.pooling,
      prefix: parts.prefix,
      maxTokens: parts.maxTokens,
      tokenizer: { kind: 'huggingface', file: TOKENIZER },
      languages: parts.languages,
      licence: parts.licence,
    } as const;
    const room = facts.maxTokens - tokenizer.before.length - tokenizer.after.length - tokenizer.encode(parts.prefix).length;
    if (room < FEWEST_TOKENS)
      throw new EncoderError(
        `A maximal length of ${facts.maxTokens} tokens leaves ${room} for a text; ${FEWEST_TOKENS} are needed at least.`,
      );
    const graph = bertGraph(session, facts, parts.names.graph);
    const together = encodeBy(facts, tokenizer, graph);
    const alone = encodeBy({ ...facts, batching: 'single' }, tokenizer, graph);
    const references = await recordReferences(alone, REFERENCE_TEXTS).catch((cause: unknown) => {
      throw new EncoderError(
        `${parts.names.graph} fails on the tokens of ${parts.names.tokenizer} (${reasonOf(cause)}); take the tokenizer that belongs to it, and a maximal length that it allows.`,
        { cause },
      );
    });
    const { embedding } = differencesFrom(references, await together(REFERENCE_TEXTS));
    const depends = embedding > SAME;
    const contents = new Map<string, Uint8Array>([
      [ENCODER_GRAPH, parts.graph],
      [TOKENIZER, Buffer.from(parts.tokenizer, 'utf8')],
    ]);
    const manifest = {
      ...facts,
      ...(depends ? { batching: 'single' as const } : {}),
      files: Array.from(contents, ([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
      references,
      ...(depends ? TOLERANCE_OF_INT8 : { tolerance: TOLERANCE }),
      provenance: { weights: parts.source, references: 'what the graph answered when the encoder was added, text by text' },
    };
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of contents) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, ENCODER_MANIFEST), formatEncoderManifest(manifest));
    return { formatVersion: 1, ...manifest };
  } finally {
    await session.release();
  }
};

/** The mean of the states is the embedding itself, but for its length, where that is pooled so. */
const hiddenOf = (pooling: 'mean' | 'cls', size: number): EncoderManifest['hidden'] => [
  ...(pooling === 'cls' ? [{ name: 'last-mean', size }] : []),
  { name: 'last-max', size },
];

const openTokenizer = ({ tokenizer, names }: EncoderParts): Tokenizer => {
  try {
    return hubTokenizer(tokenizer);
  } catch (cause) {
    throw new EncoderError(`${names.tokenizer} is no tokenizer that can be used (${reasonOf(cause)}).`, { cause });
  }
};
