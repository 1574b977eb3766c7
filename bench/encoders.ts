// What another sentence encoder gives: quality of routing and of clusters on validation texts, speed, memory, agreement of int8 with
// float32, and tickets of 1,000 words, each beside the default encoder. Archives are fetched by Maven where it is and reaches them.
// Run: npm run -s bench:encoders [-- --record] [--only minilm-int8] [--data ../shared/data] [--archives DIR]
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addEncoder } from '../cli/encoder/add-encoder.ts';
import { DEFAULT_HUB } from '../cli/encoder/fetch-hub.ts';
import { reasonOf } from '../model/errors.ts';
import { DEFAULT_ENCODER } from '../model/encoder/installed-encoders.ts';
import { KNOWN_ENCODERS } from './encoders/known-encoders.ts';
import type { KnownEncoder } from './encoders/known-encoders.ts';
import { provenanceOf } from './provenance.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'encoders.json');
/** Weights under other licences are not measured, so that nobody takes them up by accident. */
const PERMISSIVE = ['Apache-2.0', 'MIT'];
const FETCH_TIMEOUT_MS = 300_000;

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    only: { type: 'string' },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
    archives: { type: 'string' },
  },
});

const work = mkdtempSync(join(tmpdir(), 'signalbox-encoders-'));
const encoders = join(work, 'encoders');
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns the path of the archive, fetched by Maven */
const fetchArchive = (artifact: string): string => {
  const folder = flags.archives ?? join(work, 'archives');
  const [, name, version] = artifact.split(':');
  const path = join(folder, `${name}-${version}.jar`);
  if (!existsSync(path))
    execFileSync('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: FETCH_TIMEOUT_MS,
    });
  return path;
};

const add = (name: string, archive: string, sha256: string, { pooling, prefix, licence }: KnownEncoder): Promise<string> =>
  addEncoder(
    archive,
    { encoders, name, sha256, pooling, prefix, licence, languages: ['en'], hub: DEFAULT_HUB },
    () => undefined,
    new AbortController().signal,
  );

/** In a process of its own, so that its memory is its own. */
const measure = (name: string, float32: string | undefined): Promise<object> =>
  new Promise((done, failed) => {
    const child = fork(
      join(import.meta.dirname, 'encoders', 'measure-encoder.ts'),
      [JSON.stringify({ name, float32, encoders, data: flags.data })],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    let result: object = {};
    child.on('message', (message: object) => (result = message));
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done(result) : failed(new Error(`Measuring ${name} ended with ${code}.`))));
  });

const results: Record<string, unknown> = {};
/** Each as soon as it is measured, beside what was recorded before: an encoder takes minutes. */
const keep = (name: string, measured: object): void => {
  results[name] = {
    ...provenanceOf(
      'Banking77 train and CLINC150 val',
      Buffer.concat(['banking77/train.csv.gz', 'clinc150/val.csv.gz'].map((file) => readFileSync(join(flags.data, file)))),
      'routing: a sixth of the training texts held out by seed; clusters: 3,000 training texts, and val; no test split is read',
    ),
    ...measured,
  };
  if (!flags.record) return;
  const before: unknown = existsSync(RECORDED) ? JSON.parse(readFileSync(RECORDED, 'utf8')) : {};
  writeFileSync(RECORDED, `${JSON.stringify({ ...(before as object), ...results }, null, 2)}\n`);
};
try {
  if (flags.only === undefined || flags.only === DEFAULT_ENCODER) {
    say(`${DEFAULT_ENCODER} …`);
    keep(DEFAULT_ENCODER, await measure(DEFAULT_ENCODER, undefined));
  }
  for (const known of KNOWN_ENCODERS.filter(({ name }) => flags.only === undefined || name === flags.only)) {
    const { name, artifact, sha256, licence, model, float32 } = known;
    if (!PERMISSIVE.includes(licence)) throw new Error(`The licence of ${model} is ${licence}, which is not permissive.`);
    say(`${name} …`);
    let twin: string | undefined;
    try {
      await add(name, fetchArchive(artifact), sha256, known);
      if (float32 !== undefined) {
        twin = `${name}-float32`;
        await add(twin, fetchArchive(float32.artifact), float32.sha256, known);
      }
    } catch (error) {
      say(`${name} is skipped: ${artifact} cannot be had (${reasonOf(error).split('\n')[0]}).`);
      continue;
    }
    keep(name, { model, licence, artifact, ...(await measure(name, twin)) });
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  if (readdirSync(work).length > 0) rmSync(work, { recursive: true, force: true });
}
