// Quality of routing on public data sets, against what is published. Tuning reads parts of the training data only; the test
// splits are read with --test, and only then is the result recorded, in bench/results/routing-quality.json.
// Run: npm run -s bench:quality [-- --only banking77] [--seeds 1] [--test] [--json] [--data ../shared/data]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isJsonObject } from '../model/json.ts';
import { provenanceOf } from './provenance.ts';
import { measureRouting } from './quality/measure-routing.ts';
import type { RoutingMeasurement } from './quality/measure-routing.ts';
import { QUALITY_SETS } from './quality/quality-sets.ts';
import type { Mode, QualitySet } from './quality/quality-sets.ts';
import { qualityLines, summarizeQuality } from './quality/summarize-quality.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'routing-quality.json');

/** Published points that the out-of-scope curve stands beside. */
const BERT = [
  {
    inScopeAccuracy: 0.962,
    recall: 0.523,
    how: 'BERT with a threshold, trained without out-of-scope examples (Larson et al. 2019)',
  },
  { inScopeAccuracy: 0.967, recall: 0.592, how: 'BERT trained with OOS+ (Larson et al. 2019)' },
];

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string' },
    test: { type: 'boolean', default: false },
    validation: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
  },
});
if (flags.test && flags.validation) throw new Error('--test reads the test splits, --validation does not: give one of them.');
if (flags.test && flags.seeds !== undefined)
  throw new Error('--test records a result, and a result has all seeds: leave --seeds out.');
const mode: Mode = flags.test ? 'test' : 'validation';
const wanted = flags.only === undefined ? QUALITY_SETS : QUALITY_SETS.filter(({ name }) => name === flags.only);
if (wanted.length === 0)
  throw new Error(`There is no set "${flags.only}"; there are ${QUALITY_SETS.map(({ name }) => name).join(', ')}.`);
const seedCount = flags.seeds === undefined ? Infinity : Number(flags.seeds);
if (!(seedCount >= 1)) throw new Error(`--seeds is "${flags.seeds}"; it must be the number of seeds to run, 1 or more.`);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const measure = async (set: QualitySet): Promise<Readonly<Record<string, unknown>>> => {
  const seeds = set.seeds.filter((_, index) => index < seedCount);
  const runs: RoutingMeasurement[] = [];
  for (const seed of seeds) {
    const run = await measureRouting(set.split(flags.data, mode, seed), seed, (what) =>
      say(`${set.name}, seed ${seed}: ${what}`),
    );
    say(`${set.name}, seed ${seed}: accuracy ${(100 * run.accuracy).toFixed(2)} % of ${run.n}, ${run.trainSeconds.toFixed(1)} s`);
    runs.push(run);
  }
  const summary = summarizeQuality(set, runs);
  if (!flags.json) process.stdout.write(`${qualityLines(set.name, summary, seeds.length).join('\n')}\n`);
  const content = Buffer.concat(set.files[mode].map((file) => readFileSync(join(flags.data, file))));
  const scope = runs.some(({ outOfScope }) => outOfScope !== undefined);
  return {
    ...provenanceOf(set.source, content, set.splits[mode], seeds),
    ...summary,
    runs,
    ...(set.name === 'clinc150' && scope ? { published: BERT } : {}),
  };
};

const recorded = (): Readonly<Record<string, unknown>> => {
  const before: unknown = existsSync(RECORDED) ? JSON.parse(readFileSync(RECORDED, 'utf8')) : {};
  if (!isJsonObject(before)) throw new Error(`${RECORDED} is not a JSON object; restore it from git.`);
  return before;
};

const results: Record<string, unknown> = {};
for (const set of wanted) {
  const missing = set.files[mode].find((file) => !existsSync(join(flags.data, file)));
  if (missing !== undefined) {
    say(`${set.name} is skipped: ${join(flags.data, missing)} is missing.`);
    continue;
  }
  results[set.name] = await measure(set);
  if (mode === 'test') writeFileSync(RECORDED, `${JSON.stringify({ ...recorded(), [set.name]: results[set.name] }, null, 2)}\n`);
}
if (flags.json) process.stdout.write(`${JSON.stringify({ mode, sets: results })}\n`);
