// Clusters of intents that routing was not trained on: routing learns 40 of Banking77's intents, and lends what it has learned to
// clusters of the texts of the 37 others. Settings were chosen on training texts; the test texts are read with --test, and only then is
// the result recorded, in bench/results/unseen-intents.json.
// Run: npm run -s bench:unseen [-- --test] [--models FOLDER] [--json] [--data ../shared/data]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Reader } from '../model/cluster/cluster-texts.ts';
import { DEFAULT_ENCODER, encoderFolderOf } from '../model/encoder/installed-encoders.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { loadRouting } from '../model/routing-model.ts';
import { trainFolder } from '../model/train.ts';
import { provenanceOf } from './provenance.ts';
import type { GroupedTexts } from './quality/clustering-sets.ts';
import { readCsv, textsOf } from './quality/labelled-text.ts';
import type { LabelledText } from './quality/labelled-text.ts';
import { measureClustering } from './quality/measure-clustering.ts';
import type { ClusteringMeasurement } from './quality/measure-clustering.ts';
import { meanClustering } from './quality/mean-clustering.ts';
import { splitUnseen } from './quality/unseen-split.ts';
import { exampleOf, writeTrainingChannel } from './training-tickets.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'unseen-intents.json');
/** Of the labels that are seen, of the training and of the clusters. */
const SEEDS = [1, 2, 3];
const HEAD = 'intent';

const { values: flags } = parseArgs({
  options: {
    test: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** Keeps the trained models, or takes up those of an earlier run. */
    models: { type: 'string' },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
  },
});

const files = flags.test ? ['train', 'test'] : ['train'];
const fileOf = (part: string): string => join(flags.data, 'banking77', `${part}.csv.gz`);
const readPart = (part: string): readonly LabelledText[] => textsOf(readCsv(fileOf(part)), 'text', 'category');

const encoder = await openEncoder(encoderFolderOf(DEFAULT_ENCODER));
const models = flags.models ?? mkdtempSync(join(tmpdir(), 'signalbox-unseen-'));

const trainOn = async (texts: readonly LabelledText[], seed: number): Promise<string> => {
  const model = join(models, String(seed), 'model');
  if (existsSync(model)) return model;
  const input = join(models, String(seed), 'input');
  writeTrainingChannel(
    input,
    texts.map(({ text, label }, at) => exampleOf(text, { [HEAD]: label }, at)),
  );
  await trainFolder(input, model, { kind: 'routing', version: '1', seed: String(seed) }, encoder);
  return model;
};

const ways = ['encoderAlone', 'routingLends'] as const;
const counts = ['numberFound', 'numberGiven'] as const;
type Runs = Record<(typeof ways)[number], Record<(typeof counts)[number], ClusteringMeasurement[]>>;
const noRuns = (): Runs[keyof Runs] => ({ numberFound: [], numberGiven: [] });
const runs: Runs = { encoderAlone: noRuns(), routingLends: noRuns() };
try {
  for (const seed of SEEDS) {
    const { train, clustered } = splitUnseen(readPart('train'), () => readPart('test'), flags.test ? 'test' : 'validation', seed);
    const texts: GroupedTexts = { texts: clustered.map(({ text }) => text), labels: clustered.map(({ label }) => label) };
    const unseen = new Set(texts.labels).size;
    process.stderr.write(
      `split ${seed}: training on ${train.length} texts, clustering ${clustered.length} of ${unseen} other intents …\n`,
    );
    const readers: Readonly<Record<keyof Runs, Reader>> = {
      encoderAlone: { kind: 'encoder', encoder },
      routingLends: { kind: 'model', model: await loadRouting(await trainOn(train, seed), encoder) },
    };
    for (const way of ways)
      for (const count of counts) {
        const measured = await measureClustering(texts, readers[way], seed, count === 'numberGiven' ? unseen : undefined);
        runs[way][count].push(measured);
        const { clusters, nmi, ari, accuracy } = measured;
        process.stderr.write(
          `  ${way} ${count}: ${clusters} clusters, NMI ${nmi.toFixed(3)}, ARI ${ari.toFixed(3)}, accuracy ${accuracy.toFixed(3)}\n`,
        );
      }
  }
} finally {
  await encoder.release();
  if (flags.models === undefined) rmSync(models, { recursive: true, force: true });
}

const summaryOf = (way: keyof Runs): object => ({
  numberFound: meanClustering(runs[way].numberFound),
  numberGiven: meanClustering(runs[way].numberGiven),
  ariOfSplits: {
    numberFound: runs[way].numberFound.map(({ ari }) => Number(ari.toFixed(4))),
    numberGiven: runs[way].numberGiven.map(({ ari }) => Number(ari.toFixed(4))),
  },
});
const results = {
  ...provenanceOf(
    'Banking77 (Casanueva et al. 2020), CC BY 4.0',
    Buffer.concat(files.map((part) => readFileSync(fileOf(part)))),
    flags.test
      ? 'routing trained on the training texts of 40 intents, drawn by seed; clustered: the test texts of the 37 others'
      : 'routing trained on the training texts of 40 intents, drawn by seed; clustered: a third of the training texts of the 37 others',
    SEEDS,
  ),
  encoderAlone: summaryOf('encoderAlone'),
  routingLends: summaryOf('routingLends'),
};
if (flags.test) writeFileSync(RECORDED, `${JSON.stringify(results, null, 2)}\n`);
if (flags.json || !flags.test) process.stdout.write(`${JSON.stringify(results, null, flags.json ? undefined : 2)}\n`);
