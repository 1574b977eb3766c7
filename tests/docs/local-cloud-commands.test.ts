import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShopWithCommands } from '../cli/local/local-command.ts';
import type { OpenedShop } from '../cli/local/local-command.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/local-cloud-commands.md'), 'utf8');

interface ShownCommand {
  readonly line: string;
  /** What the page shows below it. */
  readonly shown: readonly string[];
}

/** The commands of the page in their order, which may depend on each other. */
const commands: readonly ShownCommand[] = Array.from(page.matchAll(/^```\n(.*?)^```$/gms), ([, block = '']) => block)
  .flatMap((block) => block.split('$ npm run -s signalbox -- local ').slice(1))
  .map((part) => {
    const [line = '', ...shown] = part.trimEnd().split('\n');
    return { line, shown };
  });

/** The names of columns or facts: what stays the same from one local cloud to another. */
const headOf = (line = ''): readonly string[] => line.replace(/ …$/, '').trim().split(/ {2,}/);

let shop: OpenedShop;

beforeAll(async () => {
  shop = await openShopWithCommands();
  await shop.serve();
  for (const body of ['T-1', 'T-2']) await shop.send(body);
  await shop.retrain();
  await shop.cloud.call('s3', 'PutObject', { Bucket: 'shop-data', Key: 'events/1', Body: Buffer.from('1') });
  await shop.cloud.runFor(7_200_000);
});

afterAll(() => shop.close());

describe('the page of commands', () => {
  test('shows commands of every group', () => {
    const groups = new Set(commands.map(({ line }) => line.split(' ')[0]));
    for (const group of [
      'status',
      'queues',
      'tables',
      'objects',
      'functions',
      'executions',
      'endpoints',
      'calls',
      'refusals',
      'faults',
      'clock',
    ])
      expect(groups).toContain(group);
  });

  test.for(commands)('`local $line` runs, and prints what is shown', async ({ line, shown }) => {
    const { code, out, err } = await shop.run(line);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [first = ''] = shown;
    // Columns have the same names; facts and sentences depend on what is in the cloud.
    if (!/^\S+( \S+)* {2,}/.test(first) || /\d/.test(first)) return;
    const head = headOf(first);
    const printed = headOf(out.split('\n')[0]);
    expect(first.endsWith('…') ? printed.slice(0, head.length) : printed).toEqual(head);
  });
});
