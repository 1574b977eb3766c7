// Our clusters beside those of scikit-learn's KMeans, AgglomerativeClustering and HDBSCAN and of BERTopic: one run, the same rows (the
// 256 values of our space), on the test splits of Banking77 and CLINC150, which nothing was chosen on.
// Run: npm run -s bench:cluster-peers [-- --record] [--json] [--sets banking77-test] [--data ../shared/data] [--python python3]
// BERTopic without its own encoder: pip install --no-deps bertopic; pip install scikit-learn umap-learn hdbscan pandas tqdm plotly pyyaml
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { fitAndPlace } from '../model/space/read-texts.ts';
import { fitTfidf } from '../model/tfidf.ts';
import { judgeClusters } from './peers/judge-clusters.ts';
import type { JudgedClusters } from './peers/judge-clusters.ts';
import { readLabels, spentSchema, withRowFolder } from './peers/row-folder.ts';
import type { LabelledRows, Spent } from './peers/row-folder.ts';
import { provenanceOf } from './provenance.ts';
import { CLUSTERING_SETS, readClusteringSet } from './quality/clustering-sets.ts';
import type { ClusteringSet } from './quality/clustering-sets.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'clustering-peers.json');
const PEERS = join(import.meta.dirname, 'peers');
/** Test splits, which nothing was chosen on. */
const SETS = ['banking77-test', 'clinc150-test'];
const SEED = 1;
/** As ours: on a busy machine several threads wait for each other, longer than they work. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };
/** How the Python script ends where a package is missing. */
const MISSING_PACKAGE = 3;

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
    python: { type: 'string', default: 'python3' },
    sets: { type: 'string', default: SETS.join(',') },
  },
});

interface Contender {
  readonly name: string;
  /** Whether it is told the number of labels. */
  readonly numberGiven: boolean;
  readonly command: (folder: string, clusters: number) => readonly [program: string, ...args: readonly string[]];
}

const python = (name: string, peer: string, numberGiven: boolean): Contender => ({
  name,
  numberGiven,
  command: (folder) => [flags.python, join(PEERS, 'clustering_peers.py'), folder, peer],
});

const ours = (name: string, numberGiven: boolean): Contender => ({
  name,
  numberGiven,
  command: (folder, clusters) => [
    process.execPath,
    join(PEERS, 'cluster-ours.ts'),
    folder,
    ...(numberGiven ? [String(clusters)] : []),
  ],
});

const CONTENDERS: readonly Contender[] = [
  ours('Signalbox', false),
  python('HDBSCAN, clusters of 5 and more', 'hdbscan', false),
  python('BERTopic (UMAP, HDBSCAN, c-TF-IDF), its defaults', 'bertopic', false),
  ours('Signalbox, number given', true),
  python('KMeans, the best of 10', 'kmeans', true),
  python('AgglomerativeClustering, average linkage, cosine', 'agglomerative-average', true),
  python('AgglomerativeClustering, Ward', 'agglomerative-ward', true),
];

const say = (what: string): void => void process.stderr.write(`${what}\n`);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** @returns undefined where Python or a package is missing */
const run = ([program, ...args]: ReturnType<Contender['command']>): Promise<Spent | undefined> =>
  new Promise((done, failed) => {
    execFile(program, args, { maxBuffer: 2 ** 26, env: { ...process.env, ...ONE_THREAD } }, (error, stdout, stderr) => {
      if (error === null) done(spentSchema.parse(JSON.parse(stdout)));
      else if (error.code === 'ENOENT' || error.code === MISSING_PACKAGE) done(undefined);
      else failed(new Error(`${program} ${args.join(' ')} failed: ${stderr}`, { cause: error }));
    });
  });

/** The rows that clusterTexts clusters, in its order. */
const placeTexts = async (set: ClusteringSet): Promise<LabelledRows & { readonly labels: readonly string[] }> => {
  const grouped = readClusteringSet(flags.data, set);
  const order = Array.from(grouped.texts.keys()).sort((left, right) => (grouped.texts[left]! < grouped.texts[right]! ? -1 : 1));
  const texts = order.map((at) => grouped.texts[at]!);
  const encoder = await openEncoder(useLiteFolder());
  const { short, space, blank } = await fitAndPlace({ encoder, vectorizer: fitTfidf(texts) }, texts, SEED);
  await encoder.release();
  if (blank.includes(true)) throw new Error(`${set.name} has a text of which nothing is known; leave it out.`);
  const labels = order.map((at) => grouped.labels[at]!);
  return { texts, labels, rows: short, columns: space.shortDimension, clusters: new Set(labels).size };
};

type Result =
  | ({ readonly name: string; readonly numberGiven: boolean } & JudgedClusters & Spent)
  | { readonly name: string; readonly skipped: string };

const contend = async (
  { name, numberGiven, command }: Contender,
  placed: Awaited<ReturnType<typeof placeTexts>>,
): Promise<Result> =>
  withRowFolder(placed, async (folder) => {
    const spent = await run(command(folder, placed.clusters));
    if (spent === undefined) return { name, skipped: `${flags.python} or a package of it is missing.` };
    const judged = judgeClusters(readLabels(folder), placed.labels, placed.rows, placed.columns);
    return {
      name,
      numberGiven,
      clusters: judged.clusters,
      outliers: round(judged.outliers, 4),
      nmi: round(judged.nmi, 4),
      ari: round(judged.ari, 4),
      accuracy: round(judged.accuracy, 4),
      seconds: round(spent.seconds, 2),
      cpuSeconds: round(spent.cpuSeconds, 2),
      peakMemoryMb: round(spent.peakMemoryMb, 0),
      versions: spent.versions,
    };
  });

const lineOf = (result: Result): string =>
  'skipped' in result
    ? `${result.name.padEnd(50)}skipped: ${result.skipped}`
    : `${result.name.padEnd(50)}${result.clusters} clusters, NMI ${result.nmi}, ARI ${result.ari}, accuracy ${result.accuracy}, ` +
      `outliers ${result.outliers}, ${result.seconds} s, of CPU ${result.cpuSeconds} s, ${result.peakMemoryMb} MB`;

const results: Record<string, unknown> =
  flags.record && existsSync(RECORDED) ? z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(RECORDED, 'utf8'))) : {};
for (const set of CLUSTERING_SETS.filter(({ name }) => flags.sets.split(',').includes(name))) {
  if (!existsSync(join(flags.data, set.file))) {
    say(`${set.name} is skipped: ${join(flags.data, set.file)} is missing.`);
    continue;
  }
  const placed = await placeTexts(set);
  say(`${set.name}: ${placed.texts.length} texts of ${placed.clusters} labels`);
  const measured: Result[] = [];
  for (const contender of CONTENDERS) {
    measured.push(await contend(contender, placed));
    say(lineOf(measured.at(-1)!));
  }
  results[set.name] = {
    ...provenanceOf(set.source, readFileSync(join(flags.data, set.file)), `${set.file}, no label seen`, SEED),
    features: `the ${placed.columns} values of our space, ${placed.texts.length} texts of ${placed.clusters} labels`,
    outliersCountAs: 'the cluster with the nearest centre, for all alike',
    timesAre:
      'of clustering these rows, each in a process of its own and warmed up on 300 of them; memory is that of the whole process',
    results: measured,
  };
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(results, null, 2)}\n`);
}
if (flags.json) process.stdout.write(`${JSON.stringify(results)}\n`);
