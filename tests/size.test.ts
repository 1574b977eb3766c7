import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = [
  ['adapters', 'bench', 'bin', 'cli', 'container', 'core', 'lambdas', 'lib'],
  ['local', 'model', 'samples', 'scripts', 'tests'],
].flat();

/** Lines of TypeScript as they stand, comments and blank lines with them. */
const linesOf = (folder: string): number =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .reduce((sum, file) => sum + readFileSync(join(ROOT, folder, file), 'utf8').split('\n').length - 1, 0);

test('the local cloud is under 40 % of the repository’s lines', () => {
  const lines = new Map(FOLDERS.map((folder) => [folder, linesOf(folder)]));
  const all = [...lines.values()].reduce((sum, count) => sum + count, 0);
  expect(all).toBeGreaterThan(50_000);
  expect((lines.get('local') ?? 0) / all).toBeLessThan(0.4);
});
