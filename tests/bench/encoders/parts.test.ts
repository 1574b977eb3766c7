import { expect, test } from 'vitest';
import { PARTS, partsOf } from '../../../bench/encoders/parts.ts';

test('all parts are measured where none is named', () => {
  expect(partsOf(undefined)).toEqual(PARTS);
});

test('parts that are named are measured in the order they are named in', () => {
  expect(partsOf('routing,speed')).toEqual(['routing', 'speed']);
});

test('a part that there is not is refused with those that there are', () => {
  expect(() => partsOf('speeds')).toThrow(/no part "speeds"; there are speed, /u);
});
