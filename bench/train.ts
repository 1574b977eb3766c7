// Training on Banking77, encoding included: seconds and memory; and how a head's training grows with tickets and with labels.
// Run: npm run -s bench:train [-- --record] [--json] [--data ../shared/data/banking77/train.csv.gz] [--most TICKETS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { trainHead } from '../model/head-training.ts';
import { trainFolder } from '../model/train.ts';
import { generatedHead } from './generated-head.ts';
import { provenanceOf } from './provenance.ts';
import { BANKING77_TRAINING, readTrainingTickets, writeTrainingChannel } from './training-tickets.ts';

const RECORDED = join(import.meta.dirname, 'results', 'train.json');

const SEED = 1;
const TICKETS = [10_000, 20_000, 40_000, 100_000] as const;
const FIXED_LABELS = 77;
const LABELS = [77, 150, 300, 500] as const;
const FIXED_TICKETS = 20_000;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: BANKING77_TRAINING },
    most: { type: 'string', default: '40000' },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Spent {
  readonly seconds: number;
  /** Of the processor: does not count what else the machine does. */
  readonly cpuSeconds: number;
}

const say = (what: string): void => void process.stderr.write(`${what} …\n`);

const timed = async (run: () => Promise<unknown>): Promise<Spent> => {
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: round((performance.now() - startedAt) / 1_000, 1), cpuSeconds: round((user + system) / 1e6, 1) };
};

const trainOnTickets = async (): Promise<Readonly<Record<string, number>>> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-train-'));
  try {
    writeTrainingChannel(join(folder, 'input'), tickets);
    const hyperparameters = { kind: 'routing', version: '1', seed: String(SEED) };
    const spent = await timed(async () => {
      const encoder = await openEncoder(useLiteFolder());
      await trainFolder(join(folder, 'input'), join(folder, 'model'), hyperparameters, encoder);
      await encoder.release();
    });
    return {
      tickets: tickets.examples.length,
      ...spent,
      // Read before anything else is trained in this process.
      peakMemoryMb: round(process.resourceUsage().maxRSS / 1_024, 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Growth {
  readonly tickets: number;
  readonly labels: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
}

const measured = new Map<string, Growth>();

const trainGenerated = async (count: number, labels: number): Promise<Growth> => {
  const known = measured.get(`${count} ${labels}`);
  if (known !== undefined) return known;
  say(`a head of ${labels} labels on ${count} generated tickets`);
  const generated = generatedHead(count, labels, SEED);
  const growth = { tickets: count, labels, ...(await timed(() => trainHead(generated))) };
  measured.set(`${count} ${labels}`, growth);
  say(`  ${growth.cpuSeconds} s of the processor`);
  return growth;
};

/** The exponent e of cpuSeconds ~ size^e, by least squares on logarithms; 1 is linear, below it a constant cost shows. */
const exponentOf = (points: readonly Growth[], size: (point: Growth) => number): number => {
  const xs = points.map((point) => Math.log(size(point)));
  const ys = points.map(({ cpuSeconds }) => Math.log(cpuSeconds));
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
  const covariance = xs.reduce((sum, x, at) => sum + (x - meanX) * (ys[at]! - meanY), 0);
  return round(covariance / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0), 3);
};

const tickets = readTrainingTickets(flags.data);
const provenance = provenanceOf(
  tickets.name,
  tickets.content,
  `all ${tickets.examples.length} texts; growth on generated features`,
  SEED,
);
say(`training on ${tickets.name}`);
const training = await trainOnTickets();

const byTickets: Growth[] = [];
for (const count of TICKETS) if (count <= Number(flags.most)) byTickets.push(await trainGenerated(count, FIXED_LABELS));
const byLabels: Growth[] = [];
for (const labels of LABELS) byLabels.push(await trainGenerated(FIXED_TICKETS, labels));

const result = {
  ...provenance,
  training,
  growth: {
    what: 'training of one head on generated dense and TF-IDF rows, with validation tickets; encoding, which is linear, not included',
    tickets: { exponent: exponentOf(byTickets, (point) => point.tickets), points: byTickets },
    labels: { exponent: exponentOf(byLabels, (point) => point.labels), points: byLabels },
  },
};
if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
