import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBatches, TOKENS_PER_BATCH } from '../../../model/encoder/batches.ts';

const lengthLists = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 80 }).map((lengths) => Int32Array.from(lengths));
const longestOf = (batch: Int32Array, lengths: Int32Array): number => Math.max(...Array.from(batch, (at) => lengths[at]!));

describe('batches of texts', () => {
  test('hold every text with tokens exactly once', () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const positions = planBatches(lengths).flatMap((batch) => [...batch]);
        expect(positions.toSorted((a, b) => a - b)).toEqual([...lengths.keys()].filter((at) => lengths[at]! > 0));
      }),
    );
  });

  test('go from short to long texts, and stay within the bound of tokens', () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const batches = planBatches(lengths);
        const inOrder = batches.flatMap((batch) => Array.from(batch, (at) => lengths[at]!));
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
        for (const batch of batches)
          expect(batch.length === 1 || batch.length * longestOf(batch, lengths) <= TOKENS_PER_BATCH).toBe(true);
      }),
    );
  });

  test('a long text among short ones does not make them all long', () => {
    const batches = planBatches(Int32Array.of(5, 128, 5, 6));
    expect(batches.map((batch) => [...batch])).toEqual([[0, 2, 3], [1]]);
  });

  test('texts of like length share a batch', () => {
    expect(planBatches(new Int32Array(16).fill(10))).toHaveLength(1);
  });
});
