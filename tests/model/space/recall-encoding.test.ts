import { expect, test } from 'vitest';
import type { Encoder } from '../../../model/encoder/open-encoder.ts';
import { recallEncoding } from '../../../model/space/recall-encoding.ts';
import { defaultEncoder } from '../../support/trained-routing.ts';

const KNOWN = ['my parcel never arrived', 'reset my password'];

/** The default encoder, with a note of what it is asked. */
const noting = async (): Promise<{ readonly encoder: Encoder; readonly asked: string[] }> => {
  const opened = await defaultEncoder();
  const asked: string[] = [];
  return {
    asked,
    encoder: {
      ...opened,
      encode: (texts, options) => {
        asked.push(...texts);
        return opened.encode(texts, options);
      },
    },
  };
};

test('what was encoded before is not encoded again, and stands in its place', async () => {
  const { encoder, asked } = await noting();
  const known = await encoder.encode(KNOWN);
  asked.length = 0;
  const texts = ['where is my invoice?', KNOWN[1]!, 'cancel my order', KNOWN[0]!, KNOWN[1]!];
  const recalled = await recallEncoding(encoder, KNOWN, known).encode(texts);
  expect(asked).toEqual(['where is my invoice?', 'cancel my order']);
  const whole = await encoder.encode(texts);
  for (const part of ['embedding', 'hidden'] as const) {
    expect(recalled[part]).toHaveLength(whole[part].length);
    recalled[part].forEach((value, at) => expect(value).toBeCloseTo(whole[part][at]!, 4));
  }
});

test('all texts count as encoded in the end, whether or not any was new', async () => {
  const { encoder } = await noting();
  const recalling = recallEncoding(encoder, KNOWN, await encoder.encode(KNOWN));
  for (const texts of [KNOWN, ['cancel my order', ...KNOWN]]) {
    const seen: number[] = [];
    await recalling.encode(texts, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(texts.length);
  }
});
