import { expect, test } from 'vitest';
import { drawWithout, onCommonTexts } from '../../../bench/quality/common-texts.ts';

test('maps are compared on the texts that both have, each text by its position', () => {
  const one = { positions: Int32Array.of(0, 2, 5), ofText: Int32Array.of(10, 11, 12) };
  const other = { positions: Int32Array.of(1, 2, 5), ofText: Int32Array.of(20, 21, 22) };
  expect(onCommonTexts(one, other)).toEqual({ one: Int32Array.of(11, 12), other: Int32Array.of(21, 22) });
});

test('a share of the texts is left out by seed', () => {
  const drawn = drawWithout(100, 0.1, 1);
  expect(drawn).toHaveLength(90);
  expect(new Set(drawn).size).toBe(90);
  expect(drawn).toEqual(drawn.toSorted());
  expect(drawWithout(100, 0.1, 1)).toEqual(drawn);
  expect(drawWithout(100, 0.1, 2)).not.toEqual(drawn);
});
