// A process that runs the seeds it is sent, one after the other, on a cloud of its own.
import { z } from 'zod';
import { startBench } from './chaos-bench.ts';
import { chaosRun } from './chaos-run.ts';
import type { ChaosReport } from './chaos-run.ts';

const orderSchema = z.union([z.object({ seed: z.int() }), z.literal('end')]);

export type WorkerNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ran'; readonly report: ChaosReport; readonly tookMs: number }
  | { readonly kind: 'faults'; readonly faults: Readonly<Record<string, number>> };

const tell = (news: WorkerNews): void => {
  process.send?.(news);
};

/** A run that cannot be brought to its end has failed; the next ones go on. */
const run = async (seed: number): Promise<ChaosReport> => {
  try {
    return await chaosRun(bench, seed);
  } catch (error) {
    bench.journey.cloud.faults.clear();
    const wrong = [`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
    return { seed, rules: [], tickets: 0, events: {}, lost: [], doubled: [], wrong };
  }
};

const bench = await startBench(process.argv[2]);
const obey = async (order: z.infer<typeof orderSchema>): Promise<void> => {
  if (order !== 'end') {
    const startedAt = performance.now();
    const report = await run(order.seed);
    tell({ kind: 'ran', report, tookMs: performance.now() - startedAt });
    return;
  }
  const faults: Record<string, number> = {};
  for (const { kind, count } of bench.journey.cloud.faults.counts()) faults[kind] = (faults[kind] ?? 0) + count;
  tell({ kind: 'faults', faults });
  process.disconnect();
};

process.on('message', (message) => void obey(orderSchema.parse(message)));
// The work is done, or whoever started it is gone.
process.on('disconnect', () => void bench.close());
tell({ kind: 'ready' });
