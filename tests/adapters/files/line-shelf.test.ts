import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { lineShelf } from '../../../adapters/files/line-shelf.ts';

test('every line is found again, whatever its length and the order of asking', () => {
  const shelf = lineShelf();
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.nat({ max: 700_000 }).map((length) => 'ü'.repeat(length)),
  );
  try {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const sound = lines.map((each) => each.toWellFormed());
        const places = sound.map(shelf.add);
        expect(places.toReversed().map(shelf.at)).toEqual(sound.toReversed());
      }),
      { numRuns: 15 },
    );
  } finally {
    shelf.clear();
  }
});

test('a cleared shelf leaves no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shelf-test-'));
  vi.stubEnv('TMPDIR', folder);
  try {
    const shelf = lineShelf();
    shelf.add('x');
    expect(shelf.at(0)).toBe('x');
    expect(readdirSync(folder)).toHaveLength(1);
    shelf.clear();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
