import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject } from '../assembly/json.ts';

/** Where a running local cloud is, and what opens its control operations. */
export interface RunningCloud {
  readonly endpoint: string;
  readonly token: string;
  readonly pid: number;
  /** ISO 8601, of the wall. */
  readonly startedAt: string;
}

/** Of the file and the operations: a command line of another version must not guess. */
const VERSION = 1;

/** What a file says of a running local cloud. */
export type RunningFile =
  | { readonly kind: 'running'; readonly cloud: RunningCloud }
  | { readonly kind: 'none' }
  /** The process that wrote it has ended without taking it away. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'unreadable' };

export const readRunningFile = (file: string): RunningFile => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'none' };
    throw error;
  }
  const cloud = parse(text);
  if (!cloud) return { kind: 'unreadable' };
  return isAlive(cloud.pid) ? { kind: 'running', cloud } : { kind: 'stale' };
};

/**
 * Writes where this process's local cloud is, for its owner's eyes only.
 * @returns how to take it away, or `taken` with whoever is there already: the first stays
 */
export const writeRunningFile = (
  file: string,
  cloud: Omit<RunningCloud, 'pid' | 'startedAt'>,
): { readonly kind: 'written'; readonly remove: () => void } | { readonly kind: 'taken'; readonly by: RunningCloud } => {
  const found = readRunningFile(file);
  if (found.kind === 'running') return { kind: 'taken', by: found.cloud };
  const written: RunningCloud = { ...cloud, pid: process.pid, startedAt: new Date().toISOString() };
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place, so that nobody reads half of it.
  const making = `${file}.${process.pid}`;
  writeFileSync(making, `${JSON.stringify({ version: VERSION, ...written })}\n`, { mode: 0o600 });
  renameSync(making, file);
  const remove = (): void => {
    const now = readRunningFile(file);
    if (now.kind === 'running' && now.cloud.token === cloud.token) rmSync(file, { force: true });
  };
  return { kind: 'written', remove };
};

const parse = (text: string): RunningCloud | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['version'] !== VERSION) return undefined;
  const { endpoint, token, pid, startedAt } = value;
  if (typeof endpoint !== 'string' || typeof token !== 'string' || typeof startedAt !== 'string') return undefined;
  return Number.isInteger(pid) && Number(pid) > 0 ? { endpoint, token, pid: Number(pid), startedAt } : undefined;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is a process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
