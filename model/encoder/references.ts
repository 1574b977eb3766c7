import { float32Of, toBase64 } from '../bytes.ts';
import { reasonOf } from '../errors.ts';
import type { Encode } from './encode-texts.ts';
import { EncoderError } from './encoder-error.ts';
import type { EncoderManifest } from './manifest.ts';
import type { GraphAnswer } from './text-graph.ts';

/** What an encoder answers a few texts, as its manifest keeps it. */
export const recordReferences = async (encode: Encode, texts: readonly string[]): Promise<EncoderManifest['references']> => {
  const { embedding, hidden } = await encode(texts);
  const rowOf = (values: Float32Array, row: number): string => {
    const size = values.length / texts.length;
    return toBase64(values.slice(row * size, (row + 1) * size));
  };
  return texts.map((text, row) => ({ text, embedding: rowOf(embedding, row), hidden: rowOf(hidden, row) }));
};

/** @throws EncoderError where an encoder answers its reference texts with something else than its manifest says */
export const checkReferences = async (manifest: EncoderManifest, encode: Encode, folder: string): Promise<void> => {
  const foreign = (what: string, cause?: unknown): EncoderError =>
    new EncoderError(`The encoder in ${folder} ${what}; write or fetch it again.`, { cause });
  const said = await encode(manifest.references.map(({ text }) => text)).catch((cause: unknown) => {
    throw foreign(`does not take and answer what its manifest says (${reasonOf(cause)})`, cause);
  });
  const allowed = { embedding: manifest.tolerance, hidden: manifest.hiddenTolerance ?? manifest.tolerance };
  const differences = differencesFrom(manifest.references, said);
  for (const output of ['embedding', 'hidden'] as const)
    if (!(differences[output] <= allowed[output]))
      throw foreign(`differs from its reference vectors by ${differences[output]} in ${output}; ${allowed[output]} is allowed`);
};

/** The largest differences from recorded answers, each relative to the larger of the value and 1. */
export const differencesFrom = (
  references: EncoderManifest['references'],
  said: GraphAnswer,
): Readonly<Record<keyof GraphAnswer, number>> => ({
  embedding: largestDifference(
    said.embedding,
    references.map(({ embedding }) => vectorOf(embedding)),
  ),
  hidden: largestDifference(
    said.hidden,
    references.map(({ hidden }) => vectorOf(hidden)),
  ),
});

/** Infinite where the sizes differ. */
const largestDifference = (values: Float32Array, expected: readonly Float32Array[]): number => {
  const flat = expected.flatMap((row) => [...row]);
  if (flat.length !== values.length) return Infinity;
  return flat.reduce((largest, value, at) => Math.max(largest, Math.abs(value - values[at]!) / Math.max(1, Math.abs(value))), 0);
};

const vectorOf = (base64: string): Float32Array => float32Of(Buffer.from(base64, 'base64'));
