import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shareLargeFiles } from '../../cli/start/share-large-files.ts';
import { temporaryFolder } from '../support/model-folders.ts';

const LARGE = 1_500_000;

const assemblyWith = (root: string, name: string, fill: number): string => {
  const folder = join(root, name);
  mkdirSync(join(folder, 'asset'), { recursive: true });
  writeFileSync(join(folder, 'asset', 'large'), Buffer.alloc(LARGE, fill));
  writeFileSync(join(folder, 'asset', 'small'), 'small');
  return folder;
};
const fileOf = (folder: string, name: string): number => statSync(join(folder, 'asset', name)).ino;

describe('large files of several assemblies', () => {
  test('lie on the disk once where they are equal, and keep their content', async () => {
    const root = temporaryFolder();
    const folders = [assemblyWith(root, 'one', 1), assemblyWith(root, 'two', 1), assemblyWith(root, 'three', 3)] as const;
    for (const folder of folders) await shareLargeFiles(folder, join(root, 'pool'));
    const [one, two, three] = folders;
    expect(fileOf(two, 'large')).toBe(fileOf(one, 'large'));
    expect(fileOf(three, 'large')).not.toBe(fileOf(one, 'large'));
    expect(fileOf(two, 'small')).not.toBe(fileOf(one, 'small'));
    for (const [folder, fill] of [
      [two, 1],
      [three, 3],
    ] as const)
      expect(readFileSync(join(folder, 'asset', 'large')).equals(Buffer.alloc(LARGE, fill))).toBe(true);
  });
});
