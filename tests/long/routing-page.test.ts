import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docCommands } from '../../scripts/doc-commands.ts';
import { runDocCommands } from '../../scripts/run-doc-commands.ts';

/** The first line without its numbers, which a better model or a slower machine changes. */
const beginning = (output: string): string => (output.trim().split('\n')[0] ?? '').replaceAll(/\d+(?:[.,]\d+)*/gu, '#');

test('the commands of the page about routing work as shown', { timeout: 300_000 }, async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/routing.md'), 'utf8');
  const printed = await runDocCommands(page);
  const shown = docCommands(page).map(({ output }) => output);
  expect(printed.map((output, at) => (shown[at] === undefined ? undefined : beginning(output)))).toEqual(
    shown.map((output) => (output === undefined ? undefined : beginning(output))),
  );
});
