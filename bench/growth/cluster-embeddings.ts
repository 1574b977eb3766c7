// Clusters so many generated embeddings (a sample is clustered, the rest assigned); prints what it took and how well it found them.
import { findClusters } from '../../model/cluster/find-clusters.ts';
import { clusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import { generatedRows } from './generated-rows.ts';
import { peakMemoryMb, startMeter } from './measured-process.ts';
import type { Point } from './measured-process.ts';

const DIMENSION = 256;
const GROUPS = 100;
const SEED = 1;
const MIN_SIZE = 5;
const BYTES_A_MB = 2 ** 20;

const size = Number(process.argv[2]);
const { rows, groupOf } = generatedRows(size, DIMENSION, GROUPS, SEED);
const meter = startMeter();
const { ofRow, nearest, count } = await findClusters({ rows, dimension: DIMENSION, seed: SEED, minSize: MIN_SIZE });
const spent = meter();
const peak = peakMemoryMb();
const embeddingsMb = Math.round(rows.byteLength / BYTES_A_MB);
const point: Point = {
  size,
  clusters: count,
  outliers: Number((ofRow.reduce((outliers, cluster) => outliers + (cluster === -1 ? 1 : 0), 0) / size).toFixed(4)),
  ...spent,
  peakMemoryMb: peak,
  details: {
    groups: GROUPS,
    embeddingsMb,
    besideThemMb: peak - embeddingsMb,
    ari: Number(clusteringAgreement(nearest, groupOf).ari.toFixed(4)),
  },
};
process.stdout.write(JSON.stringify(point));
