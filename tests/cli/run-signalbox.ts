import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { onTestFinished } from 'vitest';
import { smallCompanyFile } from '../support/small-company.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The sample's columns. */
export const SAMPLE = ['--data', smallCompanyFile, '--text', 'subject,body'] as const;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the process left in the folder for temporary files. */
  readonly left: readonly string[];
}

export interface Running {
  readonly interrupt: () => void;
  readonly ended: Promise<Ended>;
}

/** A folder that is there until the test ends. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** The command line as a process of its own, in the repository's root. */
export const startSignalbox = async (
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Running> => {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, ['cli/signalbox.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = new Promise<number | null>((done, failed) => {
    child.on('error', failed);
    child.on('close', done);
  });
  const ended = closed.then(async (code): Promise<Ended> => ({ code, stdout, stderr, left: await readdir(temporary) }));
  return { interrupt: () => child.kill('SIGINT'), ended };
};

export const signalbox = async (
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => (await startSignalbox(args, input, env)).ended;

/**
 * The same without a process, for calls that are refused: what was thrown, and what the parser of the arguments said. Much faster.
 */
export const refusal = async (
  add: (program: Command) => void,
  args: readonly string[],
): Promise<{ readonly error: unknown; readonly said: string }> => {
  let said = '';
  const program = new Command('signalbox').exitOverride().configureOutput({ writeErr: (text) => (said += text) });
  add(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return { error, said: error instanceof Error ? `${said}${error.message}` : said };
  }
  throw new Error(`${args.join(' ')} was not refused.`);
};
