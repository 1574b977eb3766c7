import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** What a recorded result was measured on. */
export interface Provenance {
  readonly date: string;
  readonly commit: string;
  readonly data: string;
  readonly split: string;
  readonly seed: number | readonly number[];
  readonly machine: string;
}

/** The seed of the training jobs in lib/train-states.ts. */
const TRAINING_JOB_SEED = 1;

/** @param content what was measured on, as it was read */
export const provenanceOf = (
  name: string,
  content: string | Uint8Array,
  split: string,
  seed: Provenance['seed'] = TRAINING_JOB_SEED,
): Provenance => ({
  date: new Date().toISOString(),
  commit: commit(),
  data: `${name} sha256 ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`,
  split,
  seed,
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}, Node ${process.version}`,
});

/** Results that are being recorded do not count as changes. */
const commit = (): string => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: join(import.meta.dirname, '..') })
      .toString()
      .trim();
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/results') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with uncommitted changes' : ''}`;
};
