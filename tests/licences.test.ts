import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const LOCK_FILE = resolve(import.meta.dirname, '../package-lock.json');

const PERMISSIVE = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC', 'BlueOak-1.0.0']);

/** Copyleft for its own files only, and never shipped: Vite's CSS compiler, which runs the tests. */
const TEST_TOOLS_ONLY = new Map([['lightningcss', 'MPL-2.0']]);

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ license: z.string().optional(), link: z.boolean().optional(), dev: z.boolean().optional() }),
  ),
});

/** True where every licence that applies, or one of those to choose from, is permissive (SPDX expressions of one level). */
const isPermissive = (expression: string): boolean => {
  const terms = expression.replaceAll(/[()]/g, '');
  return terms.includes(' OR ')
    ? terms.split(' OR ').some((term) => PERMISSIVE.has(term))
    : terms.split(' AND ').every((term) => PERMISSIVE.has(term));
};

test('every dependency carries a permissive licence', async () => {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(LOCK_FILE, 'utf8')));
  const dependencies = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
  expect(dependencies.length).toBeGreaterThan(100);
  const refused = dependencies.filter(([path, { license, dev }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const tool = [...TEST_TOOLS_ONLY.keys()].find((known) => name === known || name.startsWith(`${known}-`));
    if (dev === true && tool !== undefined && TEST_TOOLS_ONLY.get(tool) === license) return false;
    return license === undefined || !isPermissive(license);
  });
  expect(refused.map(([path, { license }]) => `${path}: ${license ?? 'none named'}`)).toEqual([]);
});

test.for([
  ['MIT', true],
  ['Apache-2.0 AND MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['AGPL-3.0', false],
  ['MIT AND GPL-2.0', false],
] as const)('%s counts as permissive: %s', ([expression, expected]) => {
  expect(isPermissive(expression)).toBe(expected);
});
