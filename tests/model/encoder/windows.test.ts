import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutWindows, joinWindows, MOST_WINDOWS } from '../../../model/encoder/windows.ts';

const tokensOf = (count: number): Int32Array => Int32Array.from({ length: count }, (_, at) => at);

describe('a long text is cut into windows', () => {
  test('of half the limit that together are the text, differ by at most a token, and are as few as possible', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 600 }), (most, count) => {
        const limit = Math.ceil(most / 2);
        fc.pre(count <= limit * MOST_WINDOWS);
        const windows = cutWindows(tokensOf(count), most);
        expect(windows.flatMap((window) => [...window])).toEqual([...tokensOf(count)]);
        expect(windows).toHaveLength(count <= most ? 1 : Math.ceil(count / limit));
        const lengths = windows.map(({ length }) => length);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(count <= most ? most : limit);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('none for a text without tokens', () => {
    expect(cutWindows(tokensOf(0), 5)).toEqual([]);
  });

  test('spread from its first token to its last where it is longer than all of them', () => {
    const windows = cutWindows(tokensOf(10_000), 100);
    expect(windows).toHaveLength(MOST_WINDOWS);
    expect(windows.every(({ length }) => length === 50)).toBe(true);
    expect(windows[0]![0]).toBe(0);
    expect(windows.at(-1)!.at(-1)).toBe(9_999);
    const gaps = windows.slice(1).map((window, at) => window[0]! - windows[at]![0]!);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });
});

describe('rows of windows', () => {
  test('become weighted means, maxima, and means of unit length', () => {
    const rows = Float32Array.of(1, 5, 1, 0, 4, 2, 0, 1);
    const windows = [
      { text: 0, weight: 3 },
      { text: 0, weight: 1 },
    ];
    const columns = [
      { pooling: 'mean', size: 1 },
      { pooling: 'maximum', size: 1 },
      { pooling: 'unit mean', size: 2 },
    ] as const;
    const [mean, largest, x, y] = joinWindows(rows, windows, 1, columns);
    expect([mean, largest]).toEqual([1.75, 5]);
    expect(x).toBeCloseTo(0.75 / Math.hypot(0.75, 0.25), 6);
    expect(y).toBeCloseTo(0.25 / Math.hypot(0.75, 0.25), 6);
  });

  test('have no say in maxima where they count for less than a tenth of another', () => {
    const windows = [
      { text: 0, weight: 10 },
      { text: 0, weight: 0.9 },
      { text: 0, weight: 1.1 },
    ];
    expect([...joinWindows(Float32Array.of(1, 9, 2), windows, 1, [{ pooling: 'maximum', size: 1 }])]).toEqual([2]);
  });

  test('stay as they are where a text has one, and are zeros where it has none', () => {
    const rows = Float32Array.of(1, 2, 3);
    const windows = [
      { text: 0, weight: 7 },
      { text: 2, weight: 1 },
      { text: 2, weight: 1 },
    ];
    expect([...joinWindows(rows, windows, 4, [{ pooling: 'mean', size: 1 }])]).toEqual([1, 0, 2.5, 0]);
  });
});
