import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { addSampleCommand } from '../../cli/sample/command.ts';
import { UserError } from '../../cli/user-error.ts';
import { LIVE_FROM, sampleCompany } from '../../samples/sample-company.ts';
import { refusal, signalbox, temporaryFolder } from './run-signalbox.ts';

const SIZE = ['--weeks', '1', '--tickets-per-week', '60'];

describe('signalbox sample', () => {
  test('writes tickets with their outcomes, one a line, and nothing else', async () => {
    const { code, stdout, stderr } = await signalbox(['sample', ...SIZE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    const company = sampleCompany({ weeks: 1, ticketsPerWeek: 60 });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      company.map(({ ticket, outcome }) => ({ ...ticket, outcome })),
    );
    expect(stdout).not.toContain('"topic"');
  });

  test('parts history from live, and another seed makes other tickets', async () => {
    const out = join(await temporaryFolder(), 'part.jsonl');
    const timesOf = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { code } = await signalbox(['sample', ...SIZE, ...args, '--out', out]);
      expect(code).toBe(0);
      const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
      return lines.map((line) => (JSON.parse(line) as { readonly time: string }).time);
    };
    const [history, live] = [await timesOf('--part', 'history'), await timesOf('--part', 'live')];
    expect(history.every((time) => time < LIVE_FROM)).toBe(true);
    expect(live.every((time) => time >= LIVE_FROM)).toBe(true);
    expect(await timesOf('--part', 'history', '--seed', '2')).not.toEqual(history);
  });

  test.for([
    [['sample', '--weeks', '17'], CommanderError, /1 to 16 weeks/],
    [['sample', '--part', 'some'], CommanderError, /history, live or all/],
    [['sample', '--tickets-per-week', '0'], CommanderError, /1 to 100000/],
    [['sample', ...SIZE, '--out', '/nowhere/x'], UserError, /\/nowhere\/x cannot be written/],
  ] as const)('%j is a mistake that is told', async ([args, kind, message]) => {
    const { error, said } = await refusal(addSampleCommand, args);
    expect(error).toBeInstanceOf(kind);
    expect(said).toMatch(message);
  });
});
