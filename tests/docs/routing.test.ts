import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docCommands, withOutputs } from '../../scripts/doc-commands.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/routing.md'), 'utf8');

test('the page about routing shows all four commands, each with what it prints; a long test runs them', () => {
  const commands = docCommands(page);
  for (const name of ['readiness', 'train', 'evaluate', 'predict'])
    expect(commands.find(({ command }) => command.includes(`signalbox -- ${name} `))?.output).toMatch(/\S/);
});

test('outputs are put behind their commands, and nothing else of a page changes', () => {
  expect(
    withOutputs(
      page,
      docCommands(page).map(({ output }) => output ?? 'not shown'),
    ),
  ).toBe(page);
  const small = 'a\n\n```sh\nfirst\n```\n\nb\n\n```sh\nsecond\n```\n\n```text\nold\n```\n\n```json\n{}\n```\n';
  expect(docCommands(small)).toEqual([
    { command: 'first', output: undefined },
    { command: 'second', output: 'old' },
  ]);
  expect(withOutputs(small, ['1', 'new $& text\n'])).toBe(small.replace('old', () => 'new $& text'));
});
