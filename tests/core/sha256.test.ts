import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/sha256.ts';

test('the hash of any text is the one that the runtime computes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
});

test.each([0, 55, 56, 63, 64, 65, 119, 120, 128, 100_000])('a text of %i bytes is padded as it is to be', (bytes) => {
  const text = 'x'.repeat(bytes);
  expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
});
