import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ChaosReport } from './chaos-run.ts';
import type { WorkerNews } from './chaos-worker.ts';

export interface RunOptions {
  readonly seeds: readonly number[];
  readonly workers: number;
  readonly plant?: string | undefined;
  readonly onReport: (report: ChaosReport, tookMs: number) => void;
}

export interface Outcome {
  readonly reports: readonly ChaosReport[];
  /** How often each kind of fault was met. */
  readonly faults: Readonly<Record<string, number>>;
}

/**
 * Runs the seeds in processes of their own, each with its own cloud; a seed goes to whoever is free.
 * @throws Error if a process ends before its work is done
 */
export const runSeeds = async ({ seeds, workers, plant, onReport }: RunOptions): Promise<Outcome> => {
  const waiting = [...seeds];
  const reports: ChaosReport[] = [];
  const faults: Record<string, number> = {};
  const children: ChildProcess[] = [];
  const work = (): Promise<void> =>
    new Promise((done, failed) => {
      const child = fork(join(import.meta.dirname, 'chaos-worker.ts'), plant === undefined ? [] : [plant], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.push(child);
      let isDone = false;
      const next = (): void => {
        const seed = waiting.shift();
        child.send(seed === undefined ? 'end' : { seed });
      };
      child.on('message', (news: WorkerNews) => {
        if (news.kind === 'faults') {
          for (const [kind, count] of Object.entries(news.faults)) faults[kind] = (faults[kind] ?? 0) + count;
          isDone = true;
          return;
        }
        if (news.kind === 'ran') {
          reports.push(news.report);
          for (const [kind, count] of Object.entries(news.report.events)) faults[kind] = (faults[kind] ?? 0) + count;
          onReport(news.report, news.tookMs);
        }
        next();
      });
      child.on('error', failed);
      child.on('exit', (code, signal) => {
        if (isDone) done();
        else failed(new Error(`a process of the suite ended with ${signal ?? code} before its work was done`));
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, seeds.length) }, work));
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill();
  }
  return { reports: reports.toSorted((a, b) => a.seed - b.seed), faults };
};
