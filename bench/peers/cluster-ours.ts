// Clusters the rows in a folder as clustering_peers.py does, with findClusters; a number given as second argument is asked for.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findClusters } from '../../model/cluster/find-clusters.ts';
import { rowFactsSchema } from './row-folder.ts';

const SEED = 1;
const MIN_SIZE = 5;
const WARMED_BY = 300;

const folder = process.argv[2]!;
const number = process.argv[3] === undefined ? undefined : Number(process.argv[3]);
const { columns: dimension } = rowFactsSchema.parse(JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')));
const bytes = readFileSync(join(folder, 'rows.f32'));
const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

await findClusters({ rows: rows.slice(0, WARMED_BY * dimension), dimension, seed: SEED, minSize: MIN_SIZE });
const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
const { ofRow } = await findClusters({ rows, dimension, seed: SEED, minSize: MIN_SIZE, number });
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
writeFileSync(join(folder, 'labels.i32'), new Uint8Array(ofRow.buffer, ofRow.byteOffset, ofRow.byteLength));
const peakMemoryMb = process.resourceUsage().maxRSS / 1_024;
const versions = `Node ${process.version}`;
process.stdout.write(JSON.stringify({ versions, seconds, cpuSeconds: (user + system) / 1e6, peakMemoryMb }));
