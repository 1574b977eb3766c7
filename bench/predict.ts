// The container with a model of Banking77: start, answers to 1, 10 and 100 tickets, tickets a second, memory.
// Run: npm run -s bench:predict [-- --record] [--json] [--data ../shared/data/banking77/train.csv.gz] [--model FOLDER]
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assembleBuildContext } from '../container/build.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { loadRouting } from '../model/routing-model.ts';
import { trainFolder } from '../model/train.ts';
import { startContainer } from './container-process.ts';
import type { ContainerProcess } from './container-process.ts';
import { provenanceOf } from './provenance.ts';
import { BANKING77_TRAINING, readTrainingTickets, writeTrainingChannel } from './training-tickets.ts';

const RECORDED = join(import.meta.dirname, 'results', 'predict.json');

const SEED = 1;
/** Requests of each size that are measured, after a few that are not. */
const REQUESTS = [
  { tickets: 1, requests: 500 },
  { tickets: 10, requests: 200 },
  { tickets: 100, requests: 20 },
] as const;
const WARM_UP_REQUESTS = 20;
const SUSTAINED = { ticketsPerRequest: 10, concurrency: 2, limitMs: 20_000, tickets: 3_000 };
/** A stride that shares no divisor with the number of texts goes through all labels of a file sorted by label. */
const STRIDE = 7_919;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: BANKING77_TRAINING },
    model: { type: 'string' },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Answered {
  readonly tickets: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the container; unlike the milliseconds on the clock, it does not count what else the machine does. */
  readonly cpuMsPerTicket: number;
}

const say = (what: string): void => void process.stderr.write(`${what} …\n`);

/** Requests of so many tickets, without end, going through all texts. */
const requestsOf = function* (texts: readonly string[], tickets: number): Generator<string, never> {
  for (let next = 0; ; next += tickets)
    yield JSON.stringify({
      instances: Array.from({ length: tickets }, (_, at) => ({
        id: `ticket-${next + at}`,
        text: texts[((next + at) * STRIDE) % texts.length],
      })),
    });
};

const measureAnswers = async (
  container: ContainerProcess,
  texts: readonly string[],
  { tickets, requests }: { readonly tickets: number; readonly requests: number },
): Promise<Answered> => {
  const bodies = requestsOf(texts, tickets);
  for (let at = 0; at < Math.min(WARM_UP_REQUESTS, requests); at++) await container.invoke(bodies.next().value);
  const cpuBefore = container.cpuMs();
  const latencies: number[] = [];
  for (let at = 0; at < requests; at++) {
    const body = bodies.next().value;
    const startedAt = performance.now();
    await container.invoke(body);
    latencies.push(performance.now() - startedAt);
  }
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => round(latencies[Math.ceil(share * requests) - 1]!, 2);
  return {
    tickets,
    requests,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMsPerTicket: round((container.cpuMs() - cpuBefore) / (requests * tickets), 3),
  };
};

const measureSustained = async (
  container: ContainerProcess,
  texts: readonly string[],
): Promise<Readonly<Record<string, number>>> => {
  const { ticketsPerRequest, concurrency, limitMs, tickets } = SUSTAINED;
  const bodies = requestsOf(texts, ticketsPerRequest);
  const [startedAt, cpuBefore] = [performance.now(), container.cpuMs()];
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < tickets && performance.now() - startedAt < limitMs) {
      sent += ticketsPerRequest;
      await container.invoke(bodies.next().value);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, send));
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuSeconds = (container.cpuMs() - cpuBefore) / 1_000;
  return {
    ticketsPerRequest,
    concurrency,
    tickets: sent,
    ticketsPerSecond: round(sent / seconds, 0),
    ticketsPerCpuSecond: round(sent / cpuSeconds, 0),
    // 1 where the container had a core of its own.
    coresUsed: round(cpuSeconds / seconds, 2),
  };
};

/** Opens encoder and model in this process. */
const measureLoading = async (modelFolder: string): Promise<Readonly<Record<string, number>>> => {
  const openedAt = performance.now();
  const encoder = await openEncoder(useLiteFolder());
  const loadedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await loadRouting(modelFolder, encoder);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    encoderMs: round(loadedAt - openedAt, 0),
    modelMs: round(performance.now() - loadedAt, 0),
    modelCpuMs: round((user + system) / 1_000, 0),
  };
};

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const folder = mkdtempSync(join(tmpdir(), 'signalbox-predict-'));
let container: ContainerProcess | undefined;
try {
  const tickets = readTrainingTickets(flags.data);
  const texts = tickets.examples.map(({ text }) => text);
  const [ml, context] = [join(folder, 'ml'), join(folder, 'context')];
  const modelFolder = join(ml, 'model');
  if (flags.model === undefined) {
    say('training');
    const encoder = await openEncoder(useLiteFolder());
    writeTrainingChannel(join(folder, 'input'), tickets.examples);
    await trainFolder(join(folder, 'input'), modelFolder, { kind: 'routing', version: '1', seed: String(SEED) }, encoder);
    await encoder.release();
  } else cpSync(flags.model, modelFolder, { recursive: true });
  assembleBuildContext(context);

  say('loading');
  const loading = await measureLoading(modelFolder);
  say('starting the container');
  const startedAt = performance.now();
  container = await startContainer(context, ml);
  const startCpuMs = container.cpuMs();
  await container.invoke(requestsOf(texts, 1).next().value);
  const startToFirstPredictionMs = performance.now() - startedAt;
  const answers: Answered[] = [];
  for (const size of REQUESTS) {
    say(`${size.requests} requests of ${size.tickets}`);
    answers.push(await measureAnswers(container, texts, size));
  }
  say('sustained');
  const sustained = await measureSustained(container, texts);
  const result = {
    ...provenanceOf(
      tickets.name,
      tickets.content,
      `${flags.model === undefined ? 'trained on all' : 'a model trained before (--model), asked with all'} ${texts.length} texts; these cost what others cost`,
      SEED,
    ),
    artifactMb: round(folderBytes(modelFolder) / 1e6, 1),
    loading,
    start: {
      readyMs: round(container.readyMs, 0),
      firstPredictionMs: round(startToFirstPredictionMs, 0),
      cpuMs: round(startCpuMs, 0),
    },
    answers,
    sustained,
    peakMemoryMb: round(container.peakMemoryMb(), 0),
  };
  if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
} finally {
  await container?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
