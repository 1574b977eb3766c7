import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import { useLiteFolder, writeUseLite } from '../../../model/encoder/write-use-lite.ts';
import { temporaryFolder } from '../../support/model-folders.ts';

describe('the default encoder', () => {
  test('is written from its npm package, and answers what was recorded', async () => {
    const folder = temporaryFolder();
    writeUseLite(folder);
    expect(readdirSync(folder).toSorted()).toEqual(['encoder.onnx', 'manifest.json', 'vocabulary.json']);
    const encoder = await openEncoder(folder);
    expect(encoder.manifest).toMatchObject({ name: 'use-lite', dimension: 512, licence: 'Apache-2.0', languages: ['en'] });
    expect(encoder.manifest.references).toHaveLength(3);
    await encoder.release();
  });

  test('is the one whose folder is cached: what was written before is not out of date', () => {
    const folder = temporaryFolder();
    writeUseLite(folder);
    expect(readFileSync(join(folder, 'manifest.json'))).toEqual(readFileSync(join(useLiteFolder(), 'manifest.json')));
  });

  test('is written once, and leaves nothing else behind', () => {
    const cache = temporaryFolder();
    const folder = useLiteFolder(cache);
    const written = statSync(join(folder, 'manifest.json')).mtimeMs;
    expect(useLiteFolder(cache)).toBe(folder);
    expect(statSync(join(folder, 'manifest.json')).mtimeMs).toBe(written);
    expect(readdirSync(cache)).toHaveLength(1);
  });
});
