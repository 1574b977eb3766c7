// Tickets a second through the whole journey on the local cloud, where the time goes, and AWS operations a ticket.
// Run: npm run -s bench:journey [-- --tickets 2000] [--json] [--record] [--state DIR, to see what keeping everything costs]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { LabelledTicket } from '../cli/start/labelled-ticket.ts';
import { SMALL_COMPANY_NAME } from '../samples/sample-company.ts';
import { replayTickets, sendOutcomes } from '../cli/start/replay-tickets.ts';
import { stageOf } from '../cli/start/stages.ts';
import { summarize } from '../cli/start/summarize.ts';
import { emulatorCallMs } from './emulator-limit.ts';
import { provenanceOf } from './provenance.ts';
import { ARCHIVE_WINDOW_MS, NEVER, startTaughtCloud } from './taught-cloud.ts';

/** The route of a ticket may cost this many AWS operations, from receiving its event to publishing its decision. */
const MAX_ROUTE_OPERATIONS = 6;

const { values: flags } = parseArgs({
  options: {
    tickets: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    state: { type: 'string' },
  },
});
const wanted = Number(flags.tickets);

/** Live tickets of the sample over and over, each under an id of its own. */
const manyOf = (live: readonly LabelledTicket[]): readonly LabelledTicket[] =>
  Array.from({ length: wanted }, (_, i) => {
    const ticket = live[i % live.length];
    if (!ticket) throw new Error('the sample has no live tickets');
    return { ...ticket, id: `${ticket.id}-${Math.floor(i / live.length)}` };
  });

const requestsByStage = (cloud: LocalCloud): ReadonlyMap<string, number> => {
  const byStage = new Map<string, number>();
  for (const { caller, count } of cloud.counts()) byStage.set(stageOf(caller), (byStage.get(stageOf(caller)) ?? 0) + count);
  return byStage;
};

const since = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map(Array.from(after, ([stage, value]) => [stage, value - (before.get(stage) ?? 0)]));

const durations = (cloud: LocalCloud): ReadonlyMap<string, number> =>
  new Map(Object.entries(cloud.engines.lambda.invocationMs()).map(([caller, ms]) => [stageOf(caller), ms]));

const perTicket = (totals: ReadonlyMap<string, number>, digits: number): Record<string, number> =>
  Object.fromEntries(
    Array.from(totals, ([stage, value]): [string, number] => [stage, Number((value / wanted).toFixed(digits))]).filter(
      ([, value]) => value > 0,
    ),
  );

const { cloud, operator, sample, live, close } = await startTaughtCloud(flags.state);
try {
  // Cold starts are no part of a rate: the first tickets warm every function up.
  await replayTickets(operator, live, () => undefined, NEVER);
  await sendOutcomes(operator, live, NEVER);
  await cloud.runFor(ARCHIVE_WINDOW_MS);

  process.stderr.write(`replaying ${wanted} tickets …\n`);
  const tickets = manyOf(live);
  const before = { requests: requestsByStage(cloud), ms: durations(cloud), cpu: process.cpuUsage() };
  const startedAt = performance.now();
  await replayTickets(operator, tickets, () => undefined, NEVER);
  const decidedMs = performance.now() - startedAt;
  await cloud.runFor(ARCHIVE_WINDOW_MS);
  const wholeMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(before.cpu);
  const requests = since(before.requests, requestsByStage(cloud));
  const busyMs = since(before.ms, durations(cloud));
  const { summary } = await summarize(operator, tickets, {
    tickets: tickets.length,
    replayMs: decidedMs,
    awsRequests: 0,
    totalMs: wholeMs,
    usdPerMillion: null,
    planted: [],
  });
  if (summary.lost !== 0) throw new Error(`${summary.lost} tickets were lost`);

  const routeOperations = (requests.get('routing') ?? 0) / wanted;
  if (routeOperations > MAX_ROUTE_OPERATIONS) {
    throw new Error(`the route takes ${routeOperations.toFixed(2)} AWS operations a ticket, more than ${MAX_ROUTE_OPERATIONS}`);
  }
  const callMs = await emulatorCallMs(cloud);
  const journey = new Map([...requests].filter(([stage]) => stage !== 'operator'));
  // Deliveries of the bus are made inside the local cloud; everything else comes over HTTP.
  const overHttp = [...journey].filter(([stage]) => stage !== 'bus deliveries').reduce((sum, [, count]) => sum + count, 0);
  const emulatorMsPerTicket = (overHttp / wanted) * callMs;
  const result = {
    tickets: wanted,
    ticketsPerSecond: { decided: rate(wanted, decidedMs), wholeJourney: rate(wanted, wholeMs) },
    latencyMs: { p50: summary.p50Ms, p95: summary.p95Ms },
    awsOperationsPerTicket: { route: Number(routeOperations.toFixed(2)), byStage: perTicket(journey, 2) },
    functionMsPerTicket: perTicket(busyMs, 2),
    cpuMsPerTicket: Number(((cpu.user + cpu.system) / 1_000 / wanted).toFixed(2)),
    emulators: {
      msPerCallOverHttp: Number(callMs.toFixed(3)),
      ticketsPerSecondLimit: Number((1_000 / emulatorMsPerTicket).toFixed(0)),
    },
    lost: summary.lost,
  };
  const provenance = provenanceOf(
    SMALL_COMPANY_NAME,
    JSON.stringify(sample),
    'first 80 % by time for training, last 20 % replayed over and over',
  );
  if (flags.record) {
    await writeFile(
      join(import.meta.dirname, 'results/journey.json'),
      `${JSON.stringify({ ...provenance, ...result }, null, 2)}\n`,
    );
  }
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify({ ...provenance, ...result }, null, 2)}\n`);
} finally {
  await close();
}

function rate(count: number, ms: number): number {
  return Number((count / (ms / 1_000)).toFixed(1));
}
