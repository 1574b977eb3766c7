// Encoding 1 to 1,000 tickets by the default encoder: time, memory, and how much of it is the encoder's graph itself.
// Run: npm run -s bench:encode [-- --record] [--json] [--data ../shared/data/banking77/train.csv.gz]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSample } from '../cli/start/read-tickets.ts';
import { SMALL_COMPANY, SMALL_COMPANY_NAME } from '../samples/sample-company.ts';
import { planBatches } from '../model/encoder/batches.ts';
import { ENCODER_GRAPH } from '../model/encoder/manifest.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { feedsOf } from '../model/encoder/pooled-graph.ts';
import { unigramTokenizer } from '../model/encoder/unigram-tokenizer.ts';
import { cutWindows } from '../model/encoder/windows.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { openSession } from '../model/onnx/session.ts';
import { provenanceOf } from './provenance.ts';
import { readCsv } from './quality/labelled-text.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'encode.json');

const COUNTS = [1, 10, 100, 1_000] as const;
const MOST = Math.max(...COUNTS);
/** Each count is measured this often, in turns with the bare session, and the median is taken. */
const ROUNDS = 5;
/** A round encodes at least this many tickets. */
const TICKETS_PER_ROUND = 40;

/** The bare session's processor time as a share of encoding's, at least. */
const LEAST_SESSION_SHARE = 0.85;
/** The tokenizer's processor time as a share of encoding's, at most. */
const MOST_TOKENIZER_SHARE = 0.1;
/** Tokens with padding over tokens, at most: what batches sorted by length cost. */
const MOST_PADDING = 1.1;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '..', 'shared', 'data', 'banking77', 'train.csv.gz') },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const readTexts = (): { readonly name: string; readonly texts: readonly string[] } =>
  existsSync(flags.data)
    ? { name: 'Banking77 training texts (PolyAI, CC BY 4.0)', texts: readCsv(flags.data).map((row) => row['text'] ?? '') }
    : { name: SMALL_COMPANY_NAME, texts: readSample(SMALL_COMPANY).tickets.map(({ subject, body }) => `${subject}\n${body}`) };

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Milliseconds of one call, on the clock and of the processor; the latter does not count what else the machine does. */
const timed = async (calls: number, call: () => unknown): Promise<Spent> => {
  const [wall, cpu] = [performance.now(), cpuMs()];
  for (let at = 0; at < calls; at++) await call();
  return { wallMs: (performance.now() - wall) / calls, cpuMs: (cpuMs() - cpu) / calls };
};

const folder = useLiteFolder();
const { name, texts } = readTexts();
const chosen = Array.from({ length: MOST }, (_, at) => texts[(at * 7) % texts.length]!);

const startedAt = performance.now();
const encoder = await openEncoder(folder);
const openMs = performance.now() - startedAt;
const session = await openSession(join(folder, ENCODER_GRAPH), { threads: 1 });
const vocabulary = z
  .array(z.tuple([z.string(), z.number()]))
  .parse(JSON.parse(readFileSync(join(folder, encoder.manifest.tokenizer.file), 'utf8')));
const tokenizer = unigramTokenizer(vocabulary);
const tokensOf = (tickets: readonly string[]): readonly Int32Array[] =>
  tickets.flatMap((text) => cutWindows(tokenizer.encode(text), encoder.manifest.maxTokens));

const measure = async (count: number): Promise<Readonly<Record<string, number>>> => {
  const tickets = chosen.slice(0, count);
  const tokens = tokensOf(tickets);
  const batches = planBatches(Int32Array.from(tokens, (row) => row.length));
  const feeds = batches.map((batch) => feedsOf(Array.from(batch, (position) => tokens[position]!)));
  const padded = batches.reduce((sum, batch) => sum + batch.length * tokens[batch.at(-1)!]!.length, 0);
  const real = tokens.reduce((sum, row) => sum + row.length, 0);
  const calls = Math.ceil(TICKETS_PER_ROUND / count);
  const encode = (): Promise<unknown> => encoder.encode(tickets);
  const bare = async (): Promise<void> => {
    for (const feed of feeds) await session.run(feed);
  };
  await encode();
  await bare();
  const rounds: { readonly encoding: Spent; readonly bare: Spent; readonly tokenizing: Spent }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({
      encoding: await timed(calls, encode),
      bare: await timed(calls, bare),
      tokenizing: await timed(calls, () => tokensOf(tickets)),
    });
  const wallMs = median(rounds.map(({ encoding }) => encoding.wallMs));
  return {
    tickets: count,
    tokens: real,
    batches: batches.length,
    ms: round(wallMs, 2),
    cpuMs: round(median(rounds.map(({ encoding }) => encoding.cpuMs)), 2),
    ticketsPerSecond: round((1_000 * count) / wallMs, 0),
    sessionShare: round(median(rounds.map(({ encoding, bare }) => bare.cpuMs / encoding.cpuMs)), 3),
    tokenizerShare: round(median(rounds.map(({ encoding, tokenizing }) => tokenizing.cpuMs / encoding.cpuMs)), 4),
    padding: round(padded / real, 3),
  };
};

const measured: Readonly<Record<string, number>>[] = [];
for (const count of COUNTS) {
  process.stderr.write(`encoding ${count} …\n`);
  measured.push(await measure(count));
}
const all = measured.at(-1)!;
const broken = [
  all['sessionShare']! < LEAST_SESSION_SHARE &&
    `the bare session takes ${all['sessionShare']} of encoding's time, under ${LEAST_SESSION_SHARE}`,
  all['tokenizerShare']! > MOST_TOKENIZER_SHARE &&
    `the tokenizer takes ${all['tokenizerShare']} of encoding's time, over ${MOST_TOKENIZER_SHARE}`,
  all['padding']! > MOST_PADDING && `padding makes the tokens ${all['padding']} times as many, over ${MOST_PADDING}`,
].filter((sentence) => sentence !== false);
if (broken.length > 0) throw new Error(broken.join('; '));

const result = {
  ...provenanceOf(name, chosen.join('\n'), `${MOST} texts, every seventh`),
  encoder: `${encoder.manifest.name} ${encoder.manifest.version}, 1 thread`,
  openMs: round(openMs, 0),
  // Two sessions are open here, the encoder's and the bare one.
  peakMemoryMb: round(process.resourceUsage().maxRSS / 1024, 0),
  measured,
};
if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
await encoder.release();
await session.release();

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
