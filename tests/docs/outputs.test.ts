import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Folders of the repository, in whose root `npm run` starts every command. */
const FOLDERS = new Set(
  globSync('*/', { cwd: ROOT }).filter(
    (name) => globSync(`${name}/**/*.{ts,md}`, { cwd: ROOT, exclude: ['**/node_modules/**'] }).length > 1,
  ),
);

/** Where the commands of a page or of a help text write, as their first folder or file. */
const outputsOf = (text: string): readonly string[] =>
  Array.from(
    text.matchAll(/--(?:out|html|refused|state) (?<place>[\w-][\w./-]*)/g),
    ({ groups }) => (groups?.['place'] ?? '').split('/')[0] ?? '',
  );

test.for(['README.md', ...globSync('docs/*.md', { cwd: ROOT }), ...globSync('cli/**/command.ts', { cwd: ROOT })])(
  'no command of %s writes into a folder of the repository',
  (page) => {
    expect(FOLDERS).toContain('model');
    expect(outputsOf(readFileSync(join(ROOT, page), 'utf8')).filter((name) => FOLDERS.has(name))).toEqual([]);
  },
);
