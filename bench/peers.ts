// Our linear support vector machine beside scikit-learn's LinearSVC and LogisticRegression: one run, the same features, the same
// texts. Banking77's training split, a sixth of it held out to judge by; the test split is not read.
// Run: npm run -s bench:peers [-- --record] [--json] [--data ../shared/data] [--python python3]
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { trainLinearSvm } from '../model/linear-svm.ts';
import { mostLikely } from '../model/ranking.ts';
import type { SparseRows } from '../model/sparse.ts';
import { fitTfidf } from '../model/tfidf.ts';
import { provenanceOf } from './provenance.ts';
import { holdOut, readCsv, textsOf } from './quality/labelled-text.ts';
import type { LabelledText } from './quality/labelled-text.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'peers.json');
const HELD_OUT_PARTS = 6;
const SEED = 1;
/** How the Python script ends where a package is missing. */
const MISSING_PACKAGE = 3;

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
    python: { type: 'string', default: 'python3' },
  },
});

const resultSchema = z.object({ name: z.string(), seconds: z.number(), cpuSeconds: z.number(), accuracy: z.number() });
const peersSchema = z.object({ scikitLearn: z.string(), results: z.array(resultSchema) });
type Result = z.infer<typeof resultSchema>;

interface Part {
  readonly rows: SparseRows;
  readonly classes: Int32Array;
}

const measureOurs = (train: Part, judged: Part, width: number, classCount: number): Result => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const classifier = trainLinearSvm({ rows: train.rows, width, classes: train.classes, classCount, seed: SEED });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1_000;
  const scores = classifier.score(judged.rows);
  const right = judged.classes.filter((label, row) => mostLikely(scores, row * classCount, classCount) === label).length;
  return {
    name: 'Signalbox, linear SVM, C=1',
    seconds,
    cpuSeconds: (user + system) / 1_000_000,
    accuracy: right / judged.classes.length,
  };
};

const writePart = (folder: string, name: string, { rows, classes }: Part): void => {
  const write = (suffix: string, values: Int32Array | Float32Array): void =>
    writeFileSync(join(folder, `${name}.${suffix}`), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  write('offsets.i32', rows.offsets);
  write('indices.i32', rows.indices);
  write('values.f32', rows.values);
  write('classes.i32', classes);
};

/** @returns undefined where Python or a package is missing */
const runPeers = (folder: string): Promise<z.infer<typeof peersSchema> | undefined> =>
  new Promise((done, failed) => {
    execFile(flags.python, [join(import.meta.dirname, 'peers', 'linear_peers.py'), folder], (error, stdout, stderr) => {
      if (error === null) done(peersSchema.parse(JSON.parse(stdout)));
      else if (error.code === 'ENOENT' || error.code === MISSING_PACKAGE) done(undefined);
      else failed(new Error(`${flags.python} failed: ${stderr}`, { cause: error }));
    });
  });

const measure = async (file: string): Promise<void> => {
  const { kept, heldOut } = holdOut(textsOf(readCsv(file), 'text', 'category'), HELD_OUT_PARTS, SEED);
  const labels = [...new Set(kept.map(({ label }) => label))].sort();
  const encoder = fitTfidf(kept.map(({ text }) => text));
  const partOf = (texts: readonly LabelledText[]): Part => ({
    rows: encoder.vectorize(texts.map(({ text }) => text)),
    classes: Int32Array.from(texts, ({ label }) => labels.indexOf(label)),
  });
  const train = partOf(kept);
  const judged = partOf(heldOut);
  const peers = await withFeatures(train, judged, encoder.width, runPeers);
  if (peers === undefined)
    return say(`The comparison is skipped: ${flags.python} with numpy, scipy and scikit-learn is missing.`);
  const results = [measureOurs(train, judged, encoder.width, labels.length), ...peers.results];
  const summary = {
    ...provenanceOf('Banking77 train (Casanueva et al. 2020), CC BY 4.0', readFileSync(file), 'a sixth held out by seed', SEED),
    scikitLearn: peers.scikitLearn,
    features: `${encoder.name}: ${kept.length} texts × ${encoder.width}, ${labels.length} labels, judged by ${heldOut.length}`,
    results,
  };
  process.stdout.write(`${flags.json ? JSON.stringify(summary) : results.map(line).join('\n')}\n`);
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(summary, null, 2)}\n`);
};

/** Writes the features to a folder that is there for the time of `work`. */
const withFeatures = async <Value>(
  train: Part,
  judged: Part,
  width: number,
  work: (folder: string) => Promise<Value>,
): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-peers-'));
  try {
    writeFileSync(join(folder, 'features.json'), JSON.stringify({ width }));
    writePart(folder, 'train', train);
    writePart(folder, 'judged', judged);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const line = ({ name, seconds, cpuSeconds, accuracy }: Result): string =>
  `${name.padEnd(36)}${(100 * accuracy).toFixed(2)} %  ${seconds.toFixed(1).padStart(6)} s, of CPU ${cpuSeconds.toFixed(1).padStart(6)} s`;

const say = (what: string): void => void process.stderr.write(`${what}\n`);

const file = join(flags.data, 'banking77', 'train.csv.gz');
if (existsSync(file)) await measure(file);
else say(`The comparison is skipped: ${file} is missing.`);
