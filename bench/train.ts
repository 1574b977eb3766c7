// Training over folders, encoding included: Banking77 as it is; and how seconds and memory grow with tickets and with labels, on
// tickets that are put together from halves of Banking77's.
// Run: npm run -s bench:train [-- --only banking77|growth] [--record] [--json] [--data ../shared/data/banking77/train.csv.gz] [--most TICKETS]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TrainingExample } from '../model/examples.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { isJsonObject } from '../model/json.ts';
import { trainFolder } from '../model/train.ts';
import { exponentOf } from './growth/exponent.ts';
import { provenanceOf } from './provenance.ts';
import { recombineTickets } from './recombined-tickets.ts';
import { BANKING77_TRAINING, readTrainingTickets, writeTrainingChannel } from './training-tickets.ts';

const RECORDED = join(import.meta.dirname, 'results', 'train.json');

const SEED = 1;
const HEAD = 'intent';
const TICKETS = [10_000, 20_000, 100_000] as const;
const LABELS = [200, 500] as const;
const FIXED_TICKETS = 20_000;
/** Of these a head is calibrated without a second training, as where tickets are many. */
const VALIDATION_TICKETS = 1_500;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: BANKING77_TRAINING },
    only: { type: 'string' },
    most: { type: 'string', default: String(TICKETS.at(-1)) },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Spent {
  readonly seconds: number;
  /** Of the processor: does not count what else the machine does. */
  readonly cpuSeconds: number;
  /** Of the process so far, so trainings come in the order of their size. */
  readonly peakMemoryMb: number;
}

const say = (what: string): void => void process.stderr.write(`${what} …\n`);

const trainOn = async (examples: readonly TrainingExample[], validation: readonly TrainingExample[] = []): Promise<Spent> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-train-'));
  try {
    writeTrainingChannel(join(folder, 'input'), examples, validation);
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    const encoder = await openEncoder(useLiteFolder(), { threads: 2 });
    const hyperparameters = { kind: 'routing', version: '1', seed: String(SEED) };
    await trainFolder(join(folder, 'input'), join(folder, 'model'), hyperparameters, encoder);
    await encoder.release();
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      seconds: round((performance.now() - startedAt) / 1_000, 1),
      cpuSeconds: round((user + system) / 1e6, 1),
      peakMemoryMb: round(process.resourceUsage().maxRSS / 1_024, 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Growth extends Spent {
  readonly tickets: number;
  readonly labels: number;
}

const trainRecombined = async (count: number, labels: number): Promise<Growth> => {
  say(`${labels} labels, ${count} recombined tickets`);
  const recombined = recombineTickets(tickets.examples, HEAD, count + VALIDATION_TICKETS, labels, SEED);
  const spent = await trainOn(recombined.slice(0, count), recombined.slice(count));
  say(`  ${spent.cpuSeconds} s of the processor, ${spent.peakMemoryMb} MB`);
  return { tickets: count, labels, ...spent };
};

const exponentBy = (points: readonly Growth[], sizeOf: (point: Growth) => number): number =>
  exponentOf(points.map((point) => ({ size: sizeOf(point), cost: point.cpuSeconds })));

const measureGrowth = async (): Promise<unknown> => {
  const labelCount = new Set(tickets.examples.map(({ labels }) => labels[HEAD])).size;
  const byTickets: Growth[] = [];
  const byLabels: Growth[] = [];
  for (const count of TICKETS.filter((each) => each <= Number(flags.most))) {
    byTickets.push(await trainRecombined(count, labelCount));
    // Here, because the memory of the process only ever grows.
    if (count === FIXED_TICKETS)
      for (const labels of [labelCount, ...LABELS])
        byLabels.push(labels === labelCount ? byTickets.at(-1)! : await trainRecombined(count, labels));
  }
  return {
    ...provenanceOf(tickets.name, tickets.content, 'halves of two texts of a label, put together by seed', SEED),
    tickets: { exponent: exponentBy(byTickets, (point) => point.tickets), points: byTickets },
    labels: { exponent: exponentBy(byLabels, (point) => point.labels), points: byLabels },
  };
};

const measureTraining = async (): Promise<unknown> => {
  say(`training on ${tickets.name}`);
  const spent = await trainOn(tickets.examples);
  return {
    ...provenanceOf(tickets.name, tickets.content, `all ${tickets.examples.length} texts`, SEED),
    tickets: tickets.examples.length,
    ...spent,
  };
};

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = { banking77: measureTraining, growth: measureGrowth };

const recorded = (): Readonly<Record<string, unknown>> => {
  const known: unknown = existsSync(RECORDED) ? JSON.parse(readFileSync(RECORDED, 'utf8')) : {};
  return isJsonObject(known) ? known : {};
};

if (flags.only !== undefined && PARTS[flags.only] === undefined)
  throw new Error(`--only is "${flags.only}"; it must be ${Object.keys(PARTS).join(' or ')}.`);
const tickets = readTrainingTickets(flags.data);
for (const [name, measure] of Object.entries(PARTS)) {
  if (flags.only !== undefined && flags.only !== name) continue;
  const result = { [name]: await measure() };
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify({ ...recorded(), ...result }, null, 2)}\n`);
  process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
