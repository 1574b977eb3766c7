import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { EncoderError } from './encoder-error.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Kinds of `tokenizer.json` that sentence encoders of the BERT family come with; byte-pair ones belong to other families. */
const KINDS = ['WordPiece', 'Unigram'] as const;

/** What is used of the library, whose own type declarations do not resolve in ES modules. */
interface Library {
  encode(text: string, options?: { readonly add_special_tokens: boolean }): { readonly ids: readonly number[] };
}

/** The part of the file that is looked at here; the library reads the rest. */
const tokenizerSchema = z.looseObject({ model: z.looseObject({ type: z.string().optional(), vocab: z.unknown() }) });

/**
 * The tokenizer of a `tokenizer.json` file, WordPiece or Unigram, carried out by @huggingface/tokenizers. What the file says of
 * truncation and padding is left out: long texts are read in windows.
 * @throws EncoderError where it is none of these
 */
export const hubTokenizer = (source: string): Tokenizer => {
  const file = tokenizerSchema.parse(JSON.parse(source));
  // Older files leave the type out; theirs is WordPiece where the vocabulary maps pieces to ids.
  const kind = file.model.type ?? (Array.isArray(file.model.vocab) ? 'Unigram' : 'WordPiece');
  if (!KINDS.some((known) => known === kind))
    throw new EncoderError(`it is of the kind ${kind}, and ${KINDS.join(' and ')} are known; take an encoder with one of these`);
  const tokenizer: Library = new HubTokenizer({ ...file, truncation: null, padding: null }, {});
  const plain = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const framed = tokenizer.encode('a').ids;
  const start = framed.findIndex((_, at) => plain('a').every((id, offset) => framed[at + offset] === id));
  if (plain('a').length === 0 || start === -1) throw new EncoderError('it does not say what stands around a text');
  return {
    encode: (text) => (text.trim() === '' ? new Int32Array(0) : Int32Array.from(plain(text))),
    before: Int32Array.from(framed.slice(0, start)),
    after: Int32Array.from(framed.slice(start + plain('a').length)),
  };
};
