import type { Encoder } from '../encoder/open-encoder.ts';
import type { TrainingExample } from '../examples.ts';
import { isJsonObject } from '../json.ts';
import type { EncodedTexts } from './encode-history.ts';
import type { EncodingStore } from './encoding-store.ts';

/** What the last training left behind, for who tells people in advance what the next one will take. */
export const ENCODED_HISTORY = 'encoded.json';

/** Fewer say too little of an encoder's speed. */
const ENOUGH_TO_TIME = 500;

/** Writes how far the history is encoded, and how fast that went. */
export const recordEncodedHistory = (
  store: EncodingStore,
  encoder: Encoder,
  examples: readonly TrainingExample[],
  parts: readonly EncodedTexts[],
): void => {
  const encodedNow = parts.reduce((sum, part) => sum + part.encodedNow, 0);
  const encodingMs = parts.reduce((sum, part) => sum + part.encodingMs, 0);
  const msPerText =
    encodedNow >= ENOUGH_TO_TIME ? Number((encodingMs / encodedNow).toFixed(3)) : earlierSpeed(store, encoder.hash);
  const record = {
    encoder: encoder.hash,
    texts: examples.length,
    until: new Date(examples.reduce((latest, { time }) => Math.max(latest, Date.parse(time)), 0)).toISOString(),
    ...(msPerText !== undefined && { msPerText }),
  };
  store.write(ENCODED_HISTORY, Buffer.from(`${JSON.stringify(record)}\n`));
};

const earlierSpeed = (store: EncodingStore, encoder: string): number | undefined => {
  const bytes = store.read(ENCODED_HISTORY);
  if (bytes === undefined) return undefined;
  try {
    const earlier: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!isJsonObject(earlier) || earlier['encoder'] !== encoder) return undefined;
    return typeof earlier['msPerText'] === 'number' ? earlier['msPerText'] : undefined;
  } catch {
    return undefined;
  }
};
