import { Listr, PRESET_TIMER } from 'listr2';
import type { ListrTask } from 'listr2';
import { startLocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import { teamToday } from '../../samples/company/teams.ts';
import { STORY_WEEKS } from '../../samples/generate/calendar.ts';
import { SAMPLE_LABELS } from '../../samples/sample-company.ts';
import { announce } from '../local/announce.ts';
import type { Announced } from '../local/announce.ts';
import { processSurroundings } from '../local/surroundings.ts';
import { costPerMillion } from '../cost/per-million.ts';
import { readCounters } from '../cost/usage-of-cloud.ts';
import { listenForStop } from '../listen-for-stop.ts';
import { importHistory } from './import-history.ts';
import { replayOf } from './labelled-ticket.ts';
import type { Replay } from './labelled-ticket.ts';
import { operatorOf } from './operator.ts';
import type { Operator } from './operator.ts';
import { howToSend, summaryText } from './print-summary.ts';
import { readSample, readTicketFile } from './read-tickets.ts';
import type { ReadTickets, TicketFile } from './read-tickets.ts';
import { replayTickets, sendOutcomes } from './replay-tickets.ts';
import { reportPage } from './report-page.ts';
import { checkPage, writePage } from './write-page.ts';
import { openRunRecord } from './run-record.ts';
import type { RunRecord } from './run-record.ts';
import { skippingWaits } from './skip-waits.ts';
import { stageOf } from './stages.ts';
import { summarize, undecided } from './summarize.ts';
import { synthesize } from './synthesize.ts';
import { trainModels } from './train-models.ts';
import { asUserError } from './user-mistakes.ts';
import { stateText } from './words.ts';

export interface StartOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly port: number;
  /** Folder that keeps everything between runs; nothing is kept where undefined. */
  readonly state: string | undefined;
  /** The sample company where undefined. */
  readonly source: TicketFile | undefined;
  /** File to write the summary to, as a page; none where undefined. */
  readonly html: string | undefined;
  /** How many of the sample company's last weeks there are. */
  readonly weeks: number;
}

/** Who the command line is to the local cloud; its requests are not counted as the journey's. */
const OPERATOR = 'operator';

/** Longest that the archive waits to fill a batch; the clock jumps over it instead of waiting. */
const ARCHIVE_WINDOW_MS = 61_000;

interface Progress {
  replay: Replay;
  assembly: string;
  cloud: LocalCloud;
  announced: Announced;
  operator: Operator;
}

/** Runs the whole journey once, prints what came of it, and stays up until Ctrl-C unless told otherwise. */
export const start = async (options: StartOptions): Promise<void> => {
  const startedAt = performance.now();
  const stopping = listenForStop();
  const progress: Partial<Progress> = {};
  try {
    if (options.html !== undefined) checkPage(options.html);
    const read = options.source ? await readTicketFile(options.source) : readSample({ weeks: options.weeks });
    for (const { level, text } of read.notes) process.stderr.write(`${level}: ${text}\n`);
    const record = openRunRecord(options.state, options.source ?? { sampleWeeks: options.weeks }, Date.now());
    await steps(options, read, record, stopping.signal).run(progress as Progress);
    const { cloud, announced, operator, replay } = progress as Progress;
    const replayed = record.at.replay ?? { tickets: 0, replayMs: 0, awsRequests: 0, stages: [], usdPerMillion: null };
    const measured = { ...replayed, totalMs: performance.now() - startedAt, planted: read.planted };
    const { summary, topicSizes, teams } = await summarize(operator, replay.live, measured);
    const report = { summary, topicSizes, teams, stages: replayed.stages, live: replay.live };
    process.stdout.write(`\n${summaryText(report)}\n`);
    if (options.html !== undefined) {
      writePage(options.html, reportPage(report));
      process.stdout.write(`\n  The same as a page: ${options.html}\n`);
    }
    if (!options.once) {
      process.stdout.write(`\n${howToSend(accessTo(cloud), operator.outputs)}\n`);
      if (announced.note !== undefined) process.stdout.write(`${announced.note}\n`);
    }
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (!options.once) await stopping.stopped;
  } catch (error) {
    if (!stopping.signal.aborted) throw asUserError(error instanceof StepFailure ? error.cause : error);
    process.exitCode = 130;
  } finally {
    stopping.release();
    progress.announced?.withdraw();
    progress.operator?.close();
    await progress.cloud?.close();
  }
};

/** Carries an error past the list of steps without a message, so that the list does not print what is printed at the end. */
class StepFailure extends Error {
  override readonly name = 'StepFailure';

  constructor(cause: unknown) {
    super('', { cause });
  }
}

/** A step of the list. */
const step = (title: string, run: (context: Progress, task: StepTask) => Promise<void>): ListrTask<Progress> => ({
  title,
  task: async (context, task) => {
    try {
      await run(context, task);
    } catch (error) {
      throw new StepFailure(error);
    }
  },
});

/** What a step may change of its line. */
interface StepTask {
  title: string | undefined;
  output: string;
}

const steps = (options: StartOptions, read: ReadTickets, record: RunRecord, signal: AbortSignal): Listr<Progress> =>
  new Listr<Progress>(
    [
      step('Read tickets', async (context, task) => {
        context.replay = replayOf(read.tickets, record.at.startedMs, read.liveFrom);
        const notes = [
          ...(options.source ? [] : [`the last ${options.weeks} of the sample company's ${STORY_WEEKS} weeks`]),
          `${context.replay.history.length} as history, ${context.replay.live.length} live`,
          ...(read.skipped > 0 ? [`${read.skipped} rows without text or label left out`] : []),
          ...(read.shuffled ? ['the file was sorted by label, so its rows were dealt anew'] : []),
        ];
        task.title = `Read tickets: ${notes.join('; ')}`;
      }),
      step('Synthesize the stack', async (context, task) => {
        context.assembly = await synthesize('dev', signal, labelsFor(context.replay.history));
        task.title = 'Synthesized the stack';
      }),
      step('Start the local cloud', async (context, task) => {
        signal.throwIfAborted();
        context.cloud = await startLocalCloud({
          assembly: context.assembly,
          port: options.port,
          ...(options.state !== undefined && { state: options.state }),
        });
        record.done({});
        context.announced = announce(processSurroundings, context.cloud);
        context.operator = operatorOf(accessTo(context.cloud));
        const from = record.continues ? `, with what is in ${options.state}` : '';
        task.title = `Started the local cloud at ${context.cloud.endpoint}${from}`;
      }),
      step('Import history into the event log', async ({ operator, replay }, task) => {
        if (record.at.imported) {
          task.title = `The event log holds the ${replay.history.length} tickets of the history already`;
          return;
        }
        await importHistory(operator, replay.history, (done) => {
          signal.throwIfAborted();
          task.output = bar(done, replay.history.length);
        });
        record.done({ imported: true });
        task.title = `Imported ${replay.history.length} tickets into the event log`;
      }),
      step('Train the first models', async ({ operator, cloud }, task) => {
        if (record.at.trained) {
          task.title = 'The models of the earlier run are live';
          return;
        }
        await skippingWaits(
          cloud,
          trainModels(operator, (state) => (task.output = stateText(state)), signal),
        );
        record.done({ trained: true });
        task.title = 'Trained the first models and put them live';
      }),
      step('Replay live tickets', async (context, task) => {
        const { operator, cloud, replay } = context;
        if (record.at.replay) {
          task.title = `The ${replay.live.length} live tickets are through already`;
          return;
        }
        const live = record.continues ? await undecided(operator, replay.live) : replay.live;
        const before = { requests: requestsOf(cloud), functionMs: functionMsOf(cloud), counters: readCounters(cloud) };
        const started = performance.now();
        // What was in flight when the earlier run ended comes back when its visibility timeout ends.
        const through = <T>(work: Promise<T>): Promise<T> => (record.continues ? skippingWaits(cloud, work) : work);
        await through(replayTickets(operator, live, (sent) => (task.output = bar(sent, live.length)), signal));
        const replayMs = performance.now() - started;
        task.output = 'telling Signalbox where people sent them';
        await through(sendOutcomes(operator, replay.live, signal));
        await cloud.runFor(ARCHIVE_WINDOW_MS);
        const functionMs = functionMsOf(cloud);
        const stages = Array.from(requestsOf(cloud), ([stage, requests]) => ({
          stage,
          requests: requests - (before.requests.get(stage) ?? 0),
          functionMs: (functionMs.get(stage) ?? 0) - (before.functionMs.get(stage) ?? 0),
        }))
          .filter(({ requests }) => requests > 0)
          .toSorted((a, b) => b.requests - a.requests);
        const awsRequests = stages.reduce((sum, { requests }) => sum + requests, 0);
        const usdPerMillion = live.length === 0 ? null : costPerMillion(before.counters, readCounters(cloud), live.length).usd;
        record.done({ replay: { tickets: live.length, replayMs, awsRequests, stages, usdPerMillion } });
        const decided = replay.live.length - live.length;
        task.title = `Replayed ${live.length} live tickets${decided > 0 ? `; ${decided} were decided in the earlier run` : ''}`;
      }),
    ],
    {
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, timer: PRESET_TIMER },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );

/** What the sample company calls its teams today is declared where its history does not know it yet. */
const labelsFor = (history: Replay['history']): string | undefined =>
  history.some(({ labels }) => teamToday(labels.team) !== labels.team) ? SAMPLE_LABELS : undefined;

const accessTo = (cloud: LocalCloud) => ({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: cloud.credentials(OPERATOR),
  outputs: cloud.outputs,
});

/** Requests of everything but the command line itself. */
const requestsOf = (cloud: LocalCloud): ReadonlyMap<string, number> => {
  const byStage = new Map<string, number>();
  for (const { caller, count } of cloud.counts()) {
    if (caller !== OPERATOR) byStage.set(stageOf(caller), (byStage.get(stageOf(caller)) ?? 0) + count);
  }
  return byStage;
};

const functionMsOf = (cloud: LocalCloud): ReadonlyMap<string, number> => {
  const byStage = new Map<string, number>();
  for (const [caller, ms] of Object.entries(cloud.engines.lambda.invocationMs()))
    byStage.set(stageOf(caller), (byStage.get(stageOf(caller)) ?? 0) + ms);
  return byStage;
};

const BAR_WIDTH = 30;

const bar = (done: number, all: number): string => {
  const filled = Math.round((BAR_WIDTH * done) / Math.max(1, all));
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done} of ${all}`;
};
