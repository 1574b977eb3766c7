import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRunningFile, writeRunningFile } from '../../local/control/running-file.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'running-file-'));
  file = join(folder, 'build/local-cloud.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const cloud = { endpoint: 'http://127.0.0.1:4566', token: 'secret' };
const other = { endpoint: 'http://127.0.0.1:4567', token: 'other' };

/** The id of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the file that says where the local cloud is', () => {
  test('is there while it runs, for its owner only, and gone afterwards', () => {
    expect(readRunningFile(file)).toEqual({ kind: 'none' });
    const written = writeRunningFile(file, cloud);
    expect(readRunningFile(file)).toMatchObject({ kind: 'running', cloud: { ...cloud, pid: process.pid } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    if (written.kind === 'written') written.remove();
    expect(existsSync(file)).toBe(false);
  });

  test('stays the first one’s while that runs', () => {
    writeRunningFile(file, cloud);
    expect(writeRunningFile(file, other)).toMatchObject({ kind: 'taken', by: cloud });
    expect(readRunningFile(file)).toMatchObject({ cloud });
  });

  test('of a process that has ended is stale, and is written over', () => {
    writeRunningFile(file, cloud);
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"pid":${process.pid}`, `"pid":${endedPid()}`));
    expect(readRunningFile(file)).toEqual({ kind: 'stale' });
    expect(writeRunningFile(file, other).kind).toBe('written');
    expect(readRunningFile(file)).toMatchObject({ kind: 'running', cloud: other });
  });

  test('is not taken away by one whose it is no longer', () => {
    const first = writeRunningFile(file, cloud);
    rmSync(file);
    writeRunningFile(file, other);
    if (first.kind === 'written') first.remove();
    expect(readRunningFile(file)).toMatchObject({ cloud: other });
  });

  test.for(['', 'no JSON', '{"version":2}', '[]'])('is unreadable as %j', (text) => {
    writeRunningFile(file, cloud);
    writeFileSync(file, text);
    expect(readRunningFile(file)).toEqual({ kind: 'unreadable' });
    expect(writeRunningFile(file, other).kind).toBe('written');
  });
});
