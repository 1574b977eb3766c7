// Encoding 1 to 1,000 tickets by the default encoder: time, memory, and how much of it is the encoder's graph itself.
// Run: npm run -s bench:encode [-- --record] [--json] [--data ../shared/data/banking77/train.csv.gz]
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSample } from '../cli/start/read-tickets.ts';
import { SMALL_COMPANY, SMALL_COMPANY_NAME } from '../samples/sample-company.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { openEncodingMeter } from './measure-encoding.ts';
import type { EncodingCost } from './measure-encoding.ts';
import { provenanceOf } from './provenance.ts';
import { readCsv } from './quality/labelled-text.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RECORDED = join(import.meta.dirname, 'results', 'encode.json');

const COUNTS = [1, 10, 100, 1_000] as const;
const MOST = Math.max(...COUNTS);
const ROUNDS = 5;

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

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const lineOf = (cost: EncodingCost): Readonly<Record<string, number>> => ({
  tickets: cost.tickets,
  tokens: cost.tokens,
  batches: cost.batches,
  ms: rounded(cost.wallMs, 2),
  cpuMs: rounded(cost.cpuMs, 2),
  ticketsPerSecond: rounded((1_000 * cost.tickets) / cost.wallMs, 0),
  sessionShare: rounded(cost.sessionShare, 3),
  tokenizerShare: rounded(cost.tokenizerShare, 4),
  padding: rounded(cost.padding, 3),
});

const { name, texts } = readTexts();
const chosen = Array.from({ length: MOST }, (_, at) => texts[(at * 7) % texts.length]!);
const meter = await openEncodingMeter(useLiteFolder());
const measured: Readonly<Record<string, number>>[] = [];
for (const count of COUNTS) {
  process.stderr.write(`encoding ${count} …\n`);
  measured.push(lineOf(await meter.measure(chosen.slice(0, count), ROUNDS)));
}
const result = {
  ...provenanceOf(name, chosen.join('\n'), `${MOST} texts, every seventh`),
  encoder: meter.name,
  openMs: rounded(meter.openMs, 0),
  // Two sessions are open here, the encoder's and the bare one.
  peakMemoryMb: rounded(process.resourceUsage().maxRSS / 1024, 0),
  measured,
};
if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
await meter.release();
