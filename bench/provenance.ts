import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpus, loadavg } from 'node:os';

/** What a recorded result was measured on. */
export interface Provenance {
  readonly date: string;
  readonly commit: string;
  readonly data: string;
  readonly split: string;
  readonly seed: number;
  readonly machine: string;
}

/** @param content what was measured on, as it was read */
export const provenanceOf = (name: string, content: string | Uint8Array, split: string): Provenance => ({
  date: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })
    .toString()
    .trim(),
  data: `${name} sha256 ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`,
  split,
  // The training jobs' seed: lib/train-states.ts.
  seed: 1,
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}, Node ${process.version}`,
});
