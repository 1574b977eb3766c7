import { execFile } from 'node:child_process';
import { z } from 'zod';

export const pointSchema = z.object({
  size: z.number(),
  clusters: z.number(),
  outliers: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMemoryMb: z.number(),
  details: z.record(z.string(), z.number()),
});
/** What clustering so many rows took. */
export type Point = z.infer<typeof pointSchema>;

/** Wall and processor seconds since this was called. */
export const startMeter = (): (() => { readonly seconds: number; readonly cpuSeconds: number }) => {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return {
      seconds: Number(((performance.now() - startedAt) / 1_000).toFixed(2)),
      cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
    };
  };
};

export const peakMemoryMb = (): number => Math.round(process.resourceUsage().maxRSS / 1_024);

/** One size in a process of its own, so that its memory is its own. */
export const measureSize = (script: string, size: number): Promise<Point> =>
  new Promise((done, failed) => {
    execFile(process.execPath, [script, String(size)], (error, stdout, stderr) => {
      if (error === null) done(pointSchema.parse(JSON.parse(stdout)));
      else failed(new Error(`${script} failed at ${size}: ${stderr}`, { cause: error }));
    });
  });
