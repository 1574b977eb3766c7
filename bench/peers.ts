// Our classifiers beside scikit-learn's LinearSVC and LogisticRegression: one run, the same features, the same texts. Banking77's
// training split, a sixth of it held out to judge by; the test split is not read.
// Run: npm run -s bench:peers [-- --record] [--json] [--data ../shared/data] [--python python3]
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fitLogisticRegression, logProbabilities } from '../model/few-labels/logistic-regression.ts';
import { trainLinearSvm } from '../model/linear-svm.ts';
import { evaluateRows } from '../model/network/evaluate-rows.ts';
import { ON_SPACE, ON_STATES, trainNetworks } from '../model/network/train-networks.ts';
import type { NetworkSize } from '../model/network/train-networks.ts';
import { mostLikely } from '../model/ranking.ts';
import { readFeatureSets } from './peers/feature-sets.ts';
import type { DenseSet, FeatureSets } from './peers/feature-sets.ts';
import { provenanceOf } from './provenance.ts';
import { holdOut, readCsv, textsOf } from './quality/labelled-text.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'peers.json');
const HELD_OUT_PARTS = 6;
const SEED = 1;
/** How the Python script ends where a package is missing. */
const MISSING_PACKAGE = 3;
/** scikit-learn's C of a logistic regression, which suits dense rows and is close to its best on each of them. */
const INVERSE_REGULARIZATION = 10;

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
    python: { type: 'string', default: 'python3' },
  },
});

const resultSchema = z.object({ name: z.string(), seconds: z.number(), cpuSeconds: z.number(), accuracy: z.number() });
type Result = z.infer<typeof resultSchema>;
const peersSchema = z.object({ scikitLearn: z.string(), results: z.array(resultSchema) });
type Peers = z.infer<typeof peersSchema>;

/** What the training and the judged texts are called. */
interface Classes {
  readonly train: Int32Array;
  readonly judged: Int32Array;
  readonly count: number;
}

/** Trains and scores; only the training is timed. */
const measure = async (name: string, classes: Classes, train: () => Promise<() => Promise<Float32Array>>): Promise<Result> => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const score = await train();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1_000;
  const scores = await score();
  const right = classes.judged.filter((label, row) => mostLikely(scores, row * classes.count, classes.count) === label).length;
  say(`${name}: ${seconds.toFixed(1)} s`);
  return { name, seconds, cpuSeconds: (user + system) / 1_000_000, accuracy: right / classes.judged.length };
};

const linearOnTerms = ({ tfidf }: FeatureSets, classes: Classes): Promise<Result> =>
  measure('Signalbox, linear SVM, C=1', classes, () => {
    const { width, train, judged } = tfidf;
    const classifier = trainLinearSvm({ rows: train, width, classes: classes.train, classCount: classes.count, seed: SEED });
    return Promise.resolve(() => Promise.resolve(classifier.score(judged)));
  });

const network = (set: DenseSet, size: Omit<NetworkSize, 'seed'>, classes: Classes): Promise<Result> =>
  measure('Signalbox, network', classes, async () => {
    const targets = new Float32Array(classes.train.length * classes.count);
    classes.train.forEach((label, row) => (targets[row * classes.count + label] = 1));
    const data = { rows: set.train, inputs: set.width, targets, classes: classes.count };
    const weights = await trainNetworks(data, { ...size, seed: SEED }, 1);
    return async () =>
      (
        await evaluateRows(weights, set.judged.length / weights.inputs, (first, end) =>
          set.judged.subarray(first * weights.inputs, end * weights.inputs),
        )
      ).scores;
  });

const regression = (set: DenseSet, classes: Classes): Promise<Result> =>
  measure(`Signalbox, logistic regression, C=${INVERSE_REGULARIZATION}`, classes, async () => {
    const model = await fitLogisticRegression({
      rows: set.train,
      dimension: set.width,
      classes: classes.train,
      classCount: classes.count,
      inverseRegularization: INVERSE_REGULARIZATION,
    });
    return () => logProbabilities(model, set.judged);
  });

/** @returns undefined where Python or a package is missing */
const runPeers = (folder: string): Promise<Peers | undefined> =>
  new Promise((done, failed) => {
    const script = join(import.meta.dirname, 'peers', 'linear_peers.py');
    execFile(flags.python, [script, folder], (error, stdout, stderr) => {
      if (error === null) done(peersSchema.parse(JSON.parse(stdout)));
      else if (error.code === 'ENOENT' || error.code === MISSING_PACKAGE) done(undefined);
      else failed(new Error(`${flags.python} failed: ${stderr}`, { cause: error }));
    });
  });

/** Runs scikit-learn on one set of features, in a folder that is there for the time of it. */
const measurePeers = async (features: FeatureSets['tfidf'] | DenseSet, classes: Classes): Promise<Peers | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-peers-'));
  const write = (name: string, values: Int32Array | Float32Array): void =>
    writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  try {
    writeFileSync(join(folder, 'features.json'), JSON.stringify({ width: features.width }));
    for (const part of ['train', 'judged'] as const) {
      const rows = features[part];
      write(`${part}.classes.i32`, classes[part]);
      if (rows instanceof Float32Array) {
        write(`${part}.dense.f32`, rows);
        continue;
      }
      write(`${part}.offsets.i32`, rows.offsets);
      write(`${part}.indices.i32`, rows.indices);
      write(`${part}.values.f32`, rows.values);
    }
    return await runPeers(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const compare = async (file: string): Promise<void> => {
  const { kept, heldOut } = holdOut(textsOf(readCsv(file), 'text', 'category'), HELD_OUT_PARTS, SEED);
  const labels = [...new Set(kept.map(({ label }) => label))].sort();
  const classesOf = (texts: typeof kept): Int32Array => Int32Array.from(texts, ({ label }) => labels.indexOf(label));
  const classes = { train: classesOf(kept), judged: classesOf(heldOut), count: labels.length };
  const sets = await readFeatureSets(kept, heldOut, SEED);
  const features: Record<string, { readonly width: number; readonly results: readonly Result[] }> = {};
  let scikitLearn = '';
  const compareOn = async (
    name: string,
    set: FeatureSets['tfidf'] | DenseSet,
    ours: readonly (() => Promise<Result>)[],
  ): Promise<boolean> => {
    say(`${name}, ${set.width} values …`);
    const peers = await measurePeers(set, classes);
    if (peers === undefined) return false;
    scikitLearn = peers.scikitLearn;
    const results: Result[] = [];
    for (const train of ours) results.push(await train());
    features[name] = { width: set.width, results: [...results, ...peers.results] };
    return true;
  };
  const { tfidf, space, states } = sets;
  const compared =
    (await compareOn('TF-IDF rows', tfidf, [() => linearOnTerms(sets, classes)])) &&
    (await compareOn('ticket space', space, [() => network(space, ON_SPACE, classes), () => regression(space, classes)])) &&
    (await compareOn('standardised states', states, [
      () => network(states, ON_STATES, classes),
      () => regression(states, classes),
    ]));
  if (!compared) return say(`The comparison is skipped: ${flags.python} with numpy, scipy and scikit-learn is missing.`);
  const summary = {
    ...provenanceOf('Banking77 train (Casanueva et al. 2020), CC BY 4.0', readFileSync(file), 'a sixth held out by seed', SEED),
    scikitLearn,
    texts: `${kept.length} to learn from, ${heldOut.length} to judge by, ${labels.length} labels`,
    features,
  };
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(summary)}\n`
      : Object.entries(features)
          .map(([name, { width, results }]) => `${name}, ${width} values\n${results.map(line).join('')}`)
          .join(''),
  );
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(summary, null, 2)}\n`);
};

const line = ({ name, seconds, cpuSeconds, accuracy }: Result): string =>
  `  ${name.padEnd(42)}${(100 * accuracy).toFixed(2)} %  ${seconds.toFixed(1).padStart(6)} s, of CPU ${cpuSeconds.toFixed(1).padStart(6)} s\n`;

const say = (what: string): void => void process.stderr.write(`${what}\n`);

const file = join(flags.data, 'banking77', 'train.csv.gz');
if (existsSync(file)) await compare(file);
else say(`The comparison is skipped: ${file} is missing.`);
