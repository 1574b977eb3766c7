// How faithful explanations are, and what they cost: a model of five sixths of Banking77's training texts explains the others.
// Run: npm run -s bench:explanations [-- --record] [--times] [--json] [--data FOLDER] [--model FOLDER]; --times on a quiet machine
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { predictRouting } from '../model/predict-routing.ts';
import { judge, loadRouting, readTexts } from '../model/routing-model.ts';
import type { RoutingModel } from '../model/routing-model.ts';
import { samplePositions } from '../model/random.ts';
import { trainFolder } from '../model/train.ts';
import { provenanceOf } from './provenance.ts';
import { measureFaithfulness } from './quality/faithfulness.ts';
import { holdOut, readCsv, textsOf } from './quality/labelled-text.ts';
import { writeTrainingChannel } from './training-tickets.ts';

const RECORDED = join(import.meta.dirname, 'results', 'explanations.json');
const SEED = 1;
const HELD_OUT_PARTS = 6;
const EXPLAINED = 300;
/** Of shorter texts too little is left. */
const FEWEST_WORDS = 8;
const ROUNDS = 5;
const TICKETS_PER_ROUND = 400;
const TICKETS_AT_ONCE = 10;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', '..', 'shared', 'data') },
    model: { type: 'string' },
    record: { type: 'boolean', default: false },
    times: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const say = (what: string): void => void process.stderr.write(`${what} …\n`);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Processor time a ticket, the least of some rounds; beside other work on the machine it grows less than time on the clock. */
const cpuMs = async (texts: readonly string[], work: (batch: readonly string[]) => Promise<unknown>): Promise<number> => {
  let least = Infinity;
  for (let at = 0; at <= ROUNDS; at++) {
    const before = process.cpuUsage();
    for (let first = 0; first < TICKETS_PER_ROUND; first += TICKETS_AT_ONCE)
      await work(texts.slice(first % texts.length, (first % texts.length) + TICKETS_AT_ONCE));
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (at > 0) least = Math.min(least, (user + system) / 1_000 / TICKETS_PER_ROUND);
  }
  return round(least, 3);
};

const measureCost = async (model: RoutingModel, texts: readonly string[]) => ({
  ticketsAtOnce: TICKETS_AT_ONCE,
  predictedAndExplainedCpuMs: await cpuMs(texts, (batch) =>
    predictRouting(
      model,
      batch.map((text, at) => ({ id: String(at), text })),
    ),
  ),
  scoredCpuMs: await cpuMs(texts, async (batch) => {
    const read = await readTexts(model, batch);
    for (const head of model.heads) await judge(head, read);
  }),
});

const folder = mkdtempSync(join(tmpdir(), 'signalbox-explanations-'));
try {
  const file = join(flags.data, 'banking77', 'train.csv.gz');
  const { kept, heldOut } = holdOut(textsOf(readCsv(file), 'text', 'category'), HELD_OUT_PARTS, SEED);
  const encoder = await openEncoder(useLiteFolder());
  const modelFolder = flags.model ?? join(folder, 'model');
  if (flags.model === undefined) {
    say('training');
    const examples = kept.map(({ text, label }, at) => ({
      ticketId: `ticket-${String(at).padStart(6, '0')}`,
      time: new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString(),
      text,
      labels: { intent: label },
    }));
    writeTrainingChannel(join(folder, 'input'), examples);
    await trainFolder(join(folder, 'input'), modelFolder, { kind: 'routing', version: '1', seed: String(SEED) }, encoder);
  }
  const model = await loadRouting(modelFolder, encoder);
  const long = heldOut
    .map(({ text }) => text.trim().split(/\s+/u))
    .filter(({ length }) => length >= FEWEST_WORDS)
    .map((words) => words.join(' '));
  const texts = Array.from(samplePositions(long.length, EXPLAINED, SEED), (at) => long[at]!);
  say(`explaining ${texts.length} texts`);
  const { meanScore, ways } = await measureFaithfulness(model, model.heads[0]!, texts, SEED);
  if (flags.times) say('timing');
  const result = {
    ...provenanceOf(
      'banking77/train.csv.gz',
      readFileSync(file),
      `a sixth of the training texts, held out by seed: ${texts.length} of those of ${FEWEST_WORDS} words and more${flags.model === undefined ? '' : '; model trained on the others before (--model)'}`,
      SEED,
    ),
    meanScore: round(meanScore, 2),
    ways: Object.fromEntries(
      Object.entries(ways).map(([name, { lossWithout, correlation, split }]) => [
        name,
        {
          lossWithout: lossWithout.map(({ words, loss }) => ({ words, loss: round(loss, 2) })),
          correlation: round(correlation, 3),
          // What deleting words alone loses does not add up to the score.
          ...(name === 'without the encoder' || name === 'as explained' ? { split: round(split, 3) } : {}),
        },
      ]),
    ),
    ...(flags.times ? { cost: await measureCost(model, texts) } : {}),
  };
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
