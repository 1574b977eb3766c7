import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/model-folders.ts';

const MULTIPLY = pathToFileURL(join(import.meta.dirname, '..', '..', '..', 'model', 'linear-algebra', 'multiply.ts')).href;

const program = `
const { multiply } = await import('${MULTIPLY}');
const one = { rows: 1, columns: 1, values: Float32Array.of(3) };
console.log((await multiply(one, one)).values[0]);
`;

test('the runtime neither collects nor keeps anything about its use', () => {
  const home = temporaryFolder();
  // Where the runtime would put what it means to send: the cache of its user, and the folder for temporary files.
  const env = { HOME: home, TMPDIR: home, XDG_CACHE_HOME: join(home, 'cache') };
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' });
  expect(said.trim()).toBe('9');
  expect(readdirSync(home)).toEqual([]);
});
