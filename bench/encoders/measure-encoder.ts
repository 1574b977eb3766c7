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

interface Job {
  readonly name: string;
  /** The same weights in float32. */
  readonly float32?: string;
  readonly encoders: string;
  readonly data: string;
}

const SEED = 1;
const COMPARED_TEXTS = 1_000;

const round = (value: number, digits = 4): number => Number(value.toFixed(digits));

const measureRoutings = async (folder: string, data: string): Promise<Readonly<Record<string, unknown>>> => {
  const measured: Record<string, unknown> = {};
  for (const name of ['banking77']) {
    const set = QUALITY_SETS.find((each) => each.name === name)!;
    const run = await measureRouting(set.split(data, 'validation', SEED), SEED, () => undefined, folder);
    measured[name] = { n: run.n, accuracy: round(run.accuracy), ece: round(run.ece), trainSeconds: round(run.trainSeconds, 1) };
  }
  return measured;
};

const measureClusterings = async (encoder: Encoder, data: string): Promise<Readonly<Record<string, unknown>>> => {
  const measured: Record<string, unknown> = {};
  for (const set of CLUSTERING_SETS.filter(({ kind }) => kind === 'development')) {
    const run = await measureClustering(readClusteringSet(data, set), { kind: 'encoder', encoder }, SEED);
    measured[set.name] = { clusters: run.clusters, nmi: round(run.nmi), ari: round(run.ari), outliers: round(run.outliers) };
  }
  return measured;
};

const { name, float32, encoders, data } = JSON.parse(process.argv[2] ?? '{}') as Job;
const folder = encoderFolderOf(name, encoders);
const encoder = await openEncoder(folder);
const msPerTicket = await measureSpeed(encoder);
const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
const texts = readClusteringSet(
  data,
  CLUSTERING_SETS.find((set) => set.name === 'banking77-train')!,
).texts.slice(0, COMPARED_TEXTS);
const result = {
  megabytes: round(encoder.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6, 1),
  dimension: encoder.manifest.dimension,
  oneTextAtATime: encoder.manifest.batching === 'single',
  msPerTicketOf60Words: round(msPerTicket, 2),
  peakMemoryMb: round(peakMemoryMb, 0),
  routing: await measureRoutings(folder, data),
  clusters: await measureClusterings(encoder, data),
  longTickets: await measureLongTickets(encoder, data),
  ...(float32 === undefined
    ? {}
    : { int8AgainstFloat32: await compareRankings(encoder, encoderFolderOf(float32, encoders), texts) }),
};
await encoder.release();
process.send?.(result);
process.disconnect?.();
