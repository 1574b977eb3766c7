import { Tensor } from 'onnxruntime-node';
import { floatsOf } from '../onnx/session.ts';
import type { GraphValue, OnnxSession } from '../onnx/session.ts';
import { EncoderError } from './encoder-error.ts';
import type { EncoderManifest } from './manifest.ts';
import type { TextGraph, TokenwiseAnswer } from './text-graph.ts';

const IDS = 'input_ids';
const MASK = 'attention_mask';
const TYPES = 'token_type_ids';
/** What exporters call the states of the last layer; under another name, they are taken where no other output has their shape. */
const STATES = ['last_hidden_state', 'token_embeddings'] as const;

/** What a BERT-family graph takes and answers. */
export interface BertSignature {
  /** Name of the output that holds the states of the last layer, n × tokens × dimension. */
  readonly states: string;
  readonly dimension: number;
  readonly takesTypes: boolean;
}

/**
 * Reads from a graph whether it is an encoder of the BERT family: token ids, their mask and perhaps their types in, the states of
 * the last layer out.
 * @throws EncoderError saying what the graph takes or answers instead
 */
export const bertSignatureOf = ({ inputs, outputs }: Pick<OnnxSession, 'inputs' | 'outputs'>, where: string): BertSignature => {
  const takes = inputs.map(({ name }) => name);
  const foreign = takes.filter((name) => name !== IDS && name !== MASK && name !== TYPES);
  const missing = [IDS, MASK].filter((name) => !takes.includes(name));
  if (foreign.length > 0 || missing.length > 0)
    throw new EncoderError(
      `${where} takes ${listed(inputs)}; an encoder of the BERT family takes ${IDS}, ${MASK} and perhaps ${TYPES}. Export it as a sentence encoder (feature extraction).`,
    );
  const odd = inputs.filter(({ type, rank }) => type !== 'int64' || rank !== 2);
  if (odd.length > 0)
    throw new EncoderError(
      `${where} takes ${listed(odd)}; texts × tokens of int64 are needed. Export it again with these types.`,
    );
  const fitting = outputs.filter(({ type, rank, shape }) => type === 'float32' && rank === 3 && typeof shape.at(-1) === 'number');
  const states =
    fitting.find(({ name }) => STATES.some((known) => known === name)) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (states === undefined)
    throw new EncoderError(
      `${where} answers ${listed(outputs)}; ${STATES.join(' or ')} of texts × tokens × dimension in float32 is needed. Export it as a sentence encoder (feature extraction).`,
    );
  return { states: states.name, dimension: Number(states.shape.at(-1)), takesTypes: takes.includes(TYPES) };
};

const listed = (values: readonly GraphValue[]): string =>
  values.map(({ name, type, shape }) => `${name} (${type} ${shape.join('×')})`).join(', ') || 'nothing';

/** Parts of the hidden states that the last layer gives. */
type Part = 'last-mean' | 'last-max';

/**
 * A BERT-family graph with the pooling of its manifest: the embedding is the mean over a text's tokens, those that frame it
 * included, or the state of the first one, at unit length (Reimers and Gurevych 2019, "Sentence-BERT", section 3).
 * @throws EncoderError where the graph is of another kind, or does not fit the manifest
 */
export const bertGraph = (
  session: OnnxSession,
  manifest: Pick<EncoderManifest, 'dimension' | 'hidden' | 'pooling'>,
  where: string,
): TextGraph => {
  const signature = bertSignatureOf(session, where);
  const { dimension } = signature;
  if (dimension !== manifest.dimension)
    throw new EncoderError(
      `${where} answers states of ${dimension} values, its manifest says ${manifest.dimension}; add it again.`,
    );
  const parts = manifest.hidden.map(({ name, size }): Part => {
    if ((name === 'last-mean' || name === 'last-max') && size === dimension) return name;
    throw new EncoderError(
      `The manifest beside ${where} asks for the hidden states ${name} of ${size} values, which no such graph gives; add it again.`,
    );
  });
  const runTokenwise = async (rows: readonly Int32Array[]): Promise<TokenwiseAnswer> => {
    const states = floatsOf(await session.run(bertFeeds(rows, signature), [signature.states]), signature.states);
    const longest = rows.at(-1)!.length;
    const embedding = new Float32Array(rows.length * dimension);
    const hidden = new Float32Array(rows.length * parts.length * dimension);
    const lengths = new Float64Array(rows.length);
    for (const [at, { length }] of rows.entries()) {
      const own = states.subarray(at * longest * dimension, (at * longest + length) * dimension);
      const mean = meanOf(own, dimension);
      lengths[at] = Math.hypot(...mean) || 1;
      embedding.set(unit(manifest.pooling === 'cls' ? own.slice(0, dimension) : mean.slice()), at * dimension);
      for (const [index, part] of parts.entries())
        hidden.set(part === 'last-mean' ? mean : maximumOf(own, dimension), (at * parts.length + index) * dimension);
    }
    const pullBack = async (gradients: Float32Array): Promise<Float32Array> =>
      gradients.map((gradient, at) => gradient / lengths[Math.floor(at / dimension)]!);
    return {
      embedding,
      hidden,
      ofHidden: parts.map(() => states),
      ...(manifest.pooling === 'cls' ? {} : { ofEmbedding: { states, pullBack } }),
    };
  };
  return {
    run: async (rows) => {
      const { embedding, hidden } = await runTokenwise(rows);
      return { embedding, hidden };
    },
    runTokenwise,
    release: () => session.release(),
  };
};

const bertFeeds = (rows: readonly Int32Array[], { takesTypes }: BertSignature): Readonly<Record<string, Tensor>> => {
  const longest = rows.at(-1)!.length;
  const shape = [rows.length, longest];
  const ids = new BigInt64Array(rows.length * longest);
  const mask = new BigInt64Array(rows.length * longest);
  for (const [at, row] of rows.entries()) {
    for (const [token, id] of row.entries()) ids[at * longest + token] = BigInt(id);
    mask.fill(1n, at * longest, at * longest + row.length);
  }
  const feeds = { [IDS]: new Tensor('int64', ids, shape), [MASK]: new Tensor('int64', mask, shape) };
  return takesTypes ? { ...feeds, [TYPES]: new Tensor('int64', new BigInt64Array(ids.length), shape) } : feeds;
};

const meanOf = (states: Float32Array, dimension: number): Float32Array => {
  const sums = new Float64Array(dimension);
  for (let at = 0; at < states.length; at++) sums[at % dimension]! += states[at]!;
  return Float32Array.from(sums, (sum) => sum / (states.length / dimension));
};

const maximumOf = (states: Float32Array, dimension: number): Float32Array => {
  const maxima = states.slice(0, dimension);
  for (let at = dimension; at < states.length; at++) {
    const column = at % dimension;
    if (states[at]! > maxima[column]!) maxima[column] = states[at]!;
  }
  return maxima;
};

/** In place. */
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  if (length > 0) for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return vector;
};
