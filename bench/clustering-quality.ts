// Quality of clusters on public data sets. Settings were chosen on the development sets; the test sets are read with --test, and
// only then is the result recorded, in bench/results/clustering-quality.json.
// Run: npm run -s bench:clusters [-- --test] [--only SET] [--encoder NAME] [--json] [--data ../shared/data]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Encoding } from '../model/encoder/encode-texts.ts';
import { DEFAULT_ENCODER, encoderFolderOf } from '../model/encoder/installed-encoders.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import type { Encoder } from '../model/encoder/open-encoder.ts';
import { provenanceOf } from './provenance.ts';
import { CLUSTERING_SETS, readClusteringSet } from './quality/clustering-sets.ts';
import { meanClustering } from './quality/mean-clustering.ts';
import { measureClustering } from './quality/measure-clustering.ts';
import type { ClusteringMeasurement } from './quality/measure-clustering.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'clustering-quality.json');
const SEEDS = [1, 2, 3];

const { values: flags } = parseArgs({
  options: {
    test: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    encoder: { type: 'string', default: DEFAULT_ENCODER },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
  },
});
if (flags.test && flags.encoder !== DEFAULT_ENCODER)
  throw new Error('--test records the default encoder; others stand in bench/results/encoders.json (npm run -s bench:encoders).');

const opened = await openEncoder(encoderFolderOf(flags.encoder));
/** The seeds and both ways of a set read the same texts: they are encoded once. */
let last: { readonly texts: string; readonly encoding: Encoding } | undefined;
const encoder: Encoder = {
  ...opened,
  encode: async (texts, options) => {
    const key = texts.join('\0');
    if (last?.texts !== key) last = { texts: key, encoding: await opened.encode(texts, options) };
    return last.encoding;
  },
};
/** Sets that are measured alone join what is recorded of the others. */
const results: Record<string, unknown> =
  flags.test && flags.only !== undefined ? { ...JSON.parse(readFileSync(RECORDED, 'utf8')) } : {};
const chosen = CLUSTERING_SETS.filter(({ kind, name }) => (kind === 'test') === flags.test && name === (flags.only ?? name));
if (chosen.length === 0) throw new Error(`There is no ${flags.test ? 'test' : 'development'} set "${flags.only}".`);
for (const set of chosen) {
  if (!existsSync(join(flags.data, set.file))) {
    process.stderr.write(`${set.name} is skipped: ${join(flags.data, set.file)} is missing.\n`);
    continue;
  }
  const grouped = readClusteringSet(flags.data, set);
  const gold = new Set(grouped.labels).size;
  const measured: Record<string, ReturnType<typeof meanClustering>> = {};
  for (const [how, number] of [
    ['numberFound', undefined],
    ['numberGiven', gold],
  ] as const) {
    const runs: ClusteringMeasurement[] = [];
    for (const seed of SEEDS) runs.push(await measureClustering(grouped, { kind: 'encoder', encoder }, seed, number));
    measured[how] = meanClustering(runs);
    const { clusters, nmi, ari, accuracy, outliers } = measured[how];
    process.stderr.write(
      `${set.name.padEnd(18)} ${how}: ${clusters} clusters of ${gold}, NMI ${nmi}, ARI ${ari}, accuracy ${accuracy}, outliers ${outliers}\n`,
    );
  }
  results[set.name] = {
    ...provenanceOf(
      set.source,
      readFileSync(join(flags.data, set.file)),
      `${set.file}, ${grouped.texts.length} texts, no label seen`,
      SEEDS,
    ),
    labels: gold,
    texts: grouped.texts.length,
    ...measured,
  };
  if (flags.test) writeFileSync(RECORDED, `${JSON.stringify(results, null, 2)}\n`);
}
await encoder.release();
if (flags.json) process.stdout.write(`${JSON.stringify(results)}\n`);
