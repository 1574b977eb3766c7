import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addLocalCommand } from '../../../cli/local/command.ts';
import { processSurroundings } from '../../../cli/local/surroundings.ts';
import { runLocal } from './local-command.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-local-'));
  file = join(folder, 'local-cloud.json');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const NONE = 'No local cloud is running; start one with npm start.';

/** Every command that does something, as its words. */
const leaves = (): readonly (readonly string[])[] => {
  const program = new Command();
  addLocalCommand(program, processSurroundings);
  const below = (command: Command, words: readonly string[]): readonly (readonly string[])[] =>
    command.commands.flatMap((each) => {
      const name = [...words, each.name()];
      return each.commands.length === 0 || each.options.length > 0 ? [name, ...below(each, name)] : below(each, name);
    });
  return below(program.commands[0] ?? program, []);
};

describe('every command of signalbox local', () => {
  test('is counted here', () => {
    expect(leaves().map((words) => words.join(' '))).toEqual(
      expect.arrayContaining(['up', 'status', 'queues', 'functions', 'functions kill', 'faults add', 'clock run-until']),
    );
  });

  test.for(leaves())('%s has --help with an example, and --json', async (words) => {
    const { code, out } = await runLocal(file, [...words, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`\nExamples:\n  npm run -s signalbox -- local ${words.join(' ')}`);
    expect(out).toContain('--json');
  });
});

describe('where no local cloud runs', () => {
  const tell = async () => {
    const { code, out, err } = await runLocal(file, ['status']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    return err;
  };
  const running = { version: 1, token: 'x', startedAt: '2026-03-02T09:00:00Z' };

  test('that is told in a sentence', async () => {
    expect(await tell()).toBe(`signalbox: ${NONE}\n`);
  });

  test('a file that a killed one left is told', async () => {
    // No process has so high an id.
    writeFileSync(file, JSON.stringify({ ...running, endpoint: 'http://127.0.0.1:1', pid: 2 ** 30 }));
    expect(await tell()).toBe(`signalbox: ${NONE} (${file} was left by one that was killed.)\n`);
  });

  test('a file whose port nobody listens on is told', async () => {
    writeFileSync(file, JSON.stringify({ ...running, endpoint: 'http://127.0.0.1:1', pid: process.pid }));
    expect(await tell()).toBe(`signalbox: ${NONE} (${file} was left by one that is gone.)\n`);
  });

  test('another program on its port is not taken for it', async () => {
    const server = createServer((_, response) => response.end('hello'));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(file, JSON.stringify({ ...running, endpoint: `http://127.0.0.1:${port}`, pid: process.pid }));
    expect(await tell()).toBe(`signalbox: ${NONE} (${file} was left by one that is gone.)\n`);
  });

  test('a file of another version is told', async () => {
    writeFileSync(file, '{"version":0}');
    expect(await tell()).toContain('is not what this version writes');
  });
});
