import { z } from 'zod';
import { measureSpeed } from '../../cli/encoder/measure-speed.ts';
import { encoderFolderOf } from '../../model/encoder/installed-encoders.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { CLUSTERING_SETS, readClusteringSet } from '../quality/clustering-sets.ts';
import { measureClustering } from '../quality/measure-clustering.ts';
import { measureRouting } from '../quality/measure-routing.ts';
import { QUALITY_SETS } from '../quality/quality-sets.ts';
import { compareRankings } from './compare-rankings.ts';
import { measureLongTickets } from './long-tickets.ts';
import { PARTS } from './parts.ts';

const jobSchema = z.object({
  part: z.enum(PARTS),
  name: z.string(),
  /** Name of the same weights in float32. */
  float32: z.string().optional(),
  encoders: z.string(),
  data: z.string(),
});
type Job = z.infer<typeof jobSchema>;

const SEED = 1;
const COMPARED_TEXTS = 1_000;

const round = (value: number, digits = 4): number => Number(value.toFixed(digits));

const measureRoutings = async (folder: string, data: string): Promise<object> => {
  const measured: Record<string, unknown> = {};
  for (const set of QUALITY_SETS) {
    const run = await measureRouting(set.split(data, 'test', SEED), SEED, () => undefined, folder);
    measured[set.name] = {
      n: run.n,
      accuracy: round(run.accuracy),
      ece: round(run.ece),
      trainSeconds: round(run.trainSeconds, 1),
      ...(run.outOfScope === undefined
        ? {}
        : { auroc: round(run.outOfScope.auroc), recallAt95: round(run.outOfScope.recallAt95 ?? 0) }),
    };
    process.stderr.write(`${set.name}: accuracy ${round(run.accuracy)}\n`);
  }
  return measured;
};

const measureClusterings = async (encoder: Encoder, data: string): Promise<object> => {
  const measured: Record<string, unknown> = {};
  for (const set of CLUSTERING_SETS) {
    const grouped = readClusteringSet(data, set);
    const gold = new Set(grouped.labels).size;
    const runOf = async (number?: number): Promise<object> => {
      const run = await measureClustering(grouped, { kind: 'encoder', encoder }, SEED, number);
      const { clusters, nmi, ari, accuracy, outliers, namesThatFit } = run;
      process.stderr.write(`${set.name}: NMI ${round(nmi)}, ARI ${round(ari)}\n`);
      return {
        clusters,
        nmi: round(nmi),
        ari: round(ari),
        accuracy: round(accuracy),
        outliers: round(outliers),
        namesThatFit: round(namesThatFit),
      };
    };
    measured[set.name] =
      set.kind === 'development' ? await runOf() : { numberFound: await runOf(), numberGiven: await runOf(gold) };
  }
  return measured;
};

const measureSpeedAndSize = async (encoder: Encoder): Promise<object> => {
  const msPerTicket = await measureSpeed(encoder);
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  return {
    megabytes: round(encoder.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6, 1),
    dimension: encoder.manifest.dimension,
    oneTextAtATime: encoder.manifest.batching === 'single',
    msPerTicketOf60Words: round(msPerTicket, 2),
    peakMemoryMb: round(peakMemoryMb, 0),
  };
};

const measurePart = async (encoder: Encoder, { part, name, float32, encoders, data }: Job): Promise<object> => {
  switch (part) {
    case 'speed':
      return measureSpeedAndSize(encoder);
    case 'routing':
      return measureRoutings(encoderFolderOf(name, encoders), data);
    case 'clusters':
      return measureClusterings(encoder, data);
    case 'longTickets':
      return measureLongTickets(encoder, data);
    case 'int8AgainstFloat32': {
      const texts = readClusteringSet(
        data,
        CLUSTERING_SETS.find((set) => set.name === 'banking77-train')!,
      ).texts.slice(0, COMPARED_TEXTS);
      return float32 === undefined ? {} : compareRankings(encoder, encoderFolderOf(float32, encoders), texts);
    }
  }
};

const job = jobSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const encoder = await openEncoder(encoderFolderOf(job.name, job.encoders));
const result = await measurePart(encoder, job);
await encoder.release();
process.send?.(result);
process.disconnect?.();
