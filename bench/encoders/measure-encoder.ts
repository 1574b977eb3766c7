import { z } from 'zod';
import { measureSpeed } from '../../cli/encoder/measure-speed.ts';
import { encoderFolderOf } from '../../model/encoder/installed-encoders.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { CLUSTERING_SETS, readClusteringSet } from '../quality/clustering-sets.ts';
import type { ClusteringSet } from '../quality/clustering-sets.ts';
import { measureClustering } from '../quality/measure-clustering.ts';
import { measureRouting } from '../quality/measure-routing.ts';
import { QUALITY_SETS } from '../quality/quality-sets.ts';
import type { QualitySet } from '../quality/quality-sets.ts';
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
  /** Names of the sets wanted, of clusters and of routing; all where it is missing. */
  sets: z.array(z.string()).optional(),
});
type Job = z.infer<typeof jobSchema>;

const SEED = 1;
const COMPARED_TEXTS = 1_000;

const round = (value: number, digits = 4): number => Number(value.toFixed(digits));

/** Told of each set by its name, or of all that a part has: all sets together take half an hour and more. */
type OnMeasured = (measured: Readonly<Record<string, unknown>>) => void;

const measureRoutings = async (
  folder: string,
  data: string,
  sets: readonly QualitySet[],
  onMeasured: OnMeasured,
): Promise<void> => {
  for (const set of sets) {
    const run = await measureRouting(set.split(data, 'test', SEED), SEED, () => undefined, folder);
    const measured = {
      n: run.n,
      accuracy: round(run.accuracy),
      ece: round(run.ece),
      trainSeconds: round(run.trainSeconds, 1),
      ...(run.outOfScope === undefined
        ? {}
        : { auroc: round(run.outOfScope.auroc), recallAt95: round(run.outOfScope.recallAt95 ?? 0) }),
    };
    process.stderr.write(`${set.name}: accuracy ${round(run.accuracy)}\n`);
    onMeasured({ [set.name]: measured });
  }
};

const measureClusterings = async (
  encoder: Encoder,
  data: string,
  sets: readonly ClusteringSet[],
  onMeasured: OnMeasured,
): Promise<void> => {
  for (const set of sets) {
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
    const measured = set.kind === 'development' ? await runOf() : { numberFound: await runOf(), numberGiven: await runOf(gold) };
    onMeasured({ [set.name]: measured });
  }
};

const measureSpeedAndSize = async (encoder: Encoder): Promise<Readonly<Record<string, unknown>>> => {
  // At the first time the runtime makes itself ready.
  await measureSpeed(encoder);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const msPerTicket = await measureSpeed(encoder);
  const { user, system } = process.cpuUsage(before);
  const shareOfTime = (user + system) / 1_000 / (performance.now() - startedAt);
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  return {
    megabytes: round(encoder.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6, 1),
    dimension: encoder.manifest.dimension,
    oneTextAtATime: encoder.manifest.batching === 'single',
    msPerTicketOf60Words: round(msPerTicket, 2),
    /** Without the time that other programs had the processor. */
    cpuMsPerTicketOf60Words: round(msPerTicket * shareOfTime, 2),
    peakMemoryMb: round(peakMemoryMb, 0),
  };
};

const measurePart = async (
  encoder: Encoder,
  { part, name, float32, encoders, data, sets }: Job,
  onMeasured: OnMeasured,
): Promise<void> => {
  const isWanted = (set: { readonly name: string }): boolean => sets?.includes(set.name) ?? true;
  switch (part) {
    case 'speed':
      return onMeasured(await measureSpeedAndSize(encoder));
    case 'routing':
      return measureRoutings(encoderFolderOf(name, encoders), data, QUALITY_SETS.filter(isWanted), onMeasured);
    case 'clusters':
      return measureClusterings(encoder, data, CLUSTERING_SETS.filter(isWanted), onMeasured);
    case 'longTickets':
      return onMeasured({ ...(await measureLongTickets(encoder, data)) });
    case 'int8AgainstFloat32': {
      const texts = readClusteringSet(
        data,
        CLUSTERING_SETS.find((set) => set.name === 'banking77-train')!,
      ).texts.slice(0, COMPARED_TEXTS);
      return float32 === undefined
        ? undefined
        : onMeasured({ ...(await compareRankings(encoder, encoderFolderOf(float32, encoders), texts)) });
    }
  }
};

const job = jobSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const encoder = await openEncoder(encoderFolderOf(job.name, job.encoders));
await measurePart(encoder, job, (measured) => void process.send?.(measured));
await encoder.release();
process.disconnect?.();
