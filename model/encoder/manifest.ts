import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { EncoderError } from './encoder-error.ts';

export const ENCODER_MANIFEST = 'manifest.json';
export const ENCODER_GRAPH = 'encoder.onnx';

/** Raised when an older program could no longer read what is written. */
const FORMAT_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/u);
const size = z.int().positive();
const text = z.string().min(1);
/** Base64 of little-endian float32 values. */
const vector = z.base64();

const manifestSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  name: text,
  version: text,
  /** Of the embedding, which is of unit length. */
  dimension: size,
  /** What the hidden states consist of, in their order: a name and a width each. */
  hidden: z.array(z.strictObject({ name: text, size })).readonly(),
  /** `graph`: the graph pools its tokens' states itself. `mean`, `cls`: of a BERT-family graph, see bertGraph. */
  pooling: z.enum(['graph', 'mean', 'cls']),
  /** Stands before every text. */
  prefix: z.string(),
  /** A longer text is read in windows of at most this many tokens, with what frames them. */
  maxTokens: size,
  /**
   * `single`: the graph reads one text at a time, because what it says of a text depends on the others beside it, as that of a graph
   * does which finds the scale of its int8 numbers in the whole batch.
   * @default any
   */
  batching: z.enum(['any', 'single']).optional(),
  /** Of our own Unigram implementation, or a `tokenizer.json`. */
  tokenizer: z.strictObject({ kind: z.enum(['sentencepiece-unigram', 'huggingface']), file: text }),
  languages: z.array(text).min(1).readonly(),
  licence: text,
  files: z.array(z.strictObject({ name: z.string().regex(/^[\w.-]+$/u), bytes: size, sha256 })).readonly(),
  /** What the encoder must answer: an encoder that says something else is not this one, or is carried out wrongly. */
  references: z
    .array(z.strictObject({ text: z.string(), embedding: vector, hidden: vector }))
    .min(1)
    .readonly(),
  /** Largest difference from a reference, relative to the larger of the value and 1. */
  tolerance: z.number().positive(),
  /** The same for hidden states, which are not of unit length. @default tolerance */
  hiddenTolerance: z.number().positive().optional(),
  /** Where weights and references come from. */
  provenance: z.strictObject({ weights: text, references: text }),
});

/** What is known of an encoder without opening it. */
export type EncoderManifest = Readonly<z.infer<typeof manifestSchema>>;

/** @throws EncoderError where the text is no manifest of this format; `where` is named in the message */
export const parseEncoderManifest = (source: string, where: string): EncoderManifest => {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new EncoderError(`${where} is not JSON (${reasonOf(cause)}); write or fetch the encoder again.`, { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EncoderError(
    `${where} is no manifest of an encoder that this program reads: ${issue?.path.join('.') || 'it'}: ${issue?.message}. ` +
      'Write or fetch the encoder again.',
    { cause: parsed.error },
  );
};

export const formatEncoderManifest = (manifest: Omit<EncoderManifest, 'formatVersion'>): string =>
  `${JSON.stringify({ formatVersion: FORMAT_VERSION, ...manifest }, null, 2)}\n`;

/** Width of the hidden states. */
export const hiddenSizeOf = ({ hidden }: Pick<EncoderManifest, 'hidden'>): number =>
  hidden.reduce((sum, { size }) => sum + size, 0);
