import type { Encoder } from '../encoder/open-encoder.ts';
import type { TrainingExample } from '../examples.ts';
import { encodeHistory } from './encode-history.ts';
import type { EncodedTexts } from './encode-history.ts';
import type { EncodingStore } from './encoding-store.ts';

/**
 * Encodes the texts of examples, see encodeHistory.
 * @param examples in canonical order
 */
export const encodeExamples = (
  encoder: Encoder,
  examples: readonly TrainingExample[],
  store: EncodingStore,
  onEncoded?: (done: number, total: number, takenUp: number) => void,
): Promise<EncodedTexts> =>
  encodeHistory(
    encoder,
    { texts: examples.map(({ text }) => text), times: Float64Array.from(examples, ({ time }) => Date.parse(time)) },
    store,
    onEncoded,
  );
