import type { Fault, FaultRule } from '@signalbox/local-cloud/faults/fault-rule.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Decision } from '../../core/contracts/bus-event.ts';
import { SCORING_DEADLINE_MS, startBench } from '../chaos/chaos-bench.ts';
import type { ChaosBench } from '../chaos/chaos-bench.ts';
import { accountFor } from '../support/journey-account.ts';
import { ticketCreated, ticketResolved } from '../support/ticket-messages.ts';
import { changeChampion } from '../support/two-versions.ts';

const MINUTE_MS = 60_000;
const NOTHING = { lost: [], doubled: [], wrong: [] };

let bench: ChaosBench;
let named = 0;

beforeAll(async () => {
  bench = await startBench();
}, 600_000);

afterEach(() => bench.journey.cloud.faults.clear());
afterAll(() => bench?.close());

interface Decided {
  readonly first: readonly Decision[];
  readonly last: readonly Decision[];
}

/**
 * Sends a few tickets and an outcome while the faults last, and accounts for all of them once peace has come back.
 * @param between what happens while the faults last, after the first tries
 */
const through = async (rules: readonly FaultRule[], between?: () => Promise<void>): Promise<Decided> => {
  const { journey, readLog } = bench;
  const { cloud } = journey;
  const startedAtMs = cloud.clock.now();
  const ids = Array.from({ length: 3 }, (_, n) => `FAULT-${named++}-${n}`);
  const decisions = async (): Promise<readonly Decision[]> =>
    [...(await journey.states(ids)).values()].map(({ decision }) => decision.decision);
  const met = (): number => cloud.faults.counts().reduce((sum, { count }) => sum + count, 0);
  const metBefore = met();
  await readLog(startedAtMs);
  for (const rule of rules) cloud.faults.add({ ...rule, caller: bench.callers });
  for (const id of ids) await journey.send('tickets', ticketCreated(id));
  await journey.send('outcomes', ticketResolved(ids[0]!, 'billing'));
  await cloud.runFor(MINUTE_MS);
  const first = await decisions();
  await between?.();
  expect(met(), 'no call has met the fault').toBeGreaterThan(metBefore);
  cloud.faults.clear();
  await cloud.runFor(60 * MINUTE_MS);
  const lines = (await readLog(startedAtMs)).flatMap((object) => object.lines);
  const sent = ids.map((id, n) => ({ id, lastVersion: 1, resolvedAs: n === 0 ? 'billing' : undefined }));
  expect(await accountFor(journey, sent, lines)).toEqual(NOTHING);
  return { first, last: await decisions() };
};

const onEndpoint = (fault: Fault): readonly FaultRule[] => [
  { service: 'sagemaker', action: 'InvokeEndpoint', resource: 'routing', fault },
];
const modelError = {
  kind: 'error',
  code: 'ModelError',
  status: 424,
  members: { OriginalStatusCode: 500, OriginalMessage: 'no' },
} as const;

describe('no ticket is lost and none is decided twice, though', () => {
  test('the table is throttled', async () => {
    const { first } = await through([{ service: 'dynamodb', fault: { kind: 'throttle' } }]);
    expect(first).toEqual([]);
  });

  test('the bus fails after the decision is stored', async () => {
    const { first, last } = await through([{ service: 'events', action: 'PutEvents', fault: { kind: 'internal-error' } }]);
    expect(last).toEqual(first);
  });

  test('the bus refuses single events after their decisions are stored', async () => {
    const refuse: Fault = { kind: 'refuse-entries', share: 0.5 };
    const { last } = await through([{ service: 'events', action: 'PutEvents', times: 6, fault: refuse }]);
    expect(last).toHaveLength(3);
  });

  test.each(['PutItem', 'UpdateItem'])('the response to %s is lost after the write', async (action) => {
    const { last } = await through([{ service: 'dynamodb', action, times: 6, fault: { kind: 'drop-response' } }]);
    expect(last).toHaveLength(3);
  });

  test.each(['crash', 'timeout', 'out-of-memory'] as const)(
    'the function dies between the write and the publication: %s',
    async (as) => {
      const fault: Fault = { kind: 'kill-function', when: 'before', as };
      const { first, last } = await through([{ service: 'events', action: 'PutEvents', times: 2, fault }]);
      expect(last.map(({ id }) => id)).toEqual(expect.arrayContaining(first.map(({ id }) => id)));
    },
  );

  test('the champion changes between two attempts', async () => {
    const { first, last } = await through([{ service: 'events', action: 'PutEvents', fault: { kind: 'internal-error' } }], () =>
      changeChampion(bench.journey),
    );
    // What the first attempt has stored is published by the second, which would have asked the other version.
    expect(first.length).toBeGreaterThan(0);
    expect(last).toEqual(first);
  });
});

describe('a ticket waits for no model, and is looked at again, where the endpoint', () => {
  test.each<[string, Fault]>([
    ['is slow', { kind: 'latency', ms: 2 * SCORING_DEADLINE_MS }],
    ['is cold', { kind: 'error', code: 'ModelNotReadyException', status: 429 }],
    ['answers 424', modelError],
    ['answers 530', { kind: 'error', code: 'InternalDependencyException', status: 530 }],
    ['answers garbage', { kind: 'container', how: 'garbage' }],
    ['is gone', { kind: 'error', code: 'ValidationError', message: 'Endpoint of account 000000000000 not found.' }],
  ])('%s', async (_, fault) => {
    const { first, last } = await through(onEndpoint(fault));
    expect(first.map(({ outcome }) => outcome)).toEqual(first.map(() => ({ kind: 'abstained', reason: 'degraded' })));
    expect(first).toHaveLength(3);
    // A person may have settled one of them before its second look.
    const rescored = last.filter(({ attempt, model }) => attempt === 'rescored' && model !== null);
    expect(rescored.length).toBeGreaterThanOrEqual(2);
  });
});
