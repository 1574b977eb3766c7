import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated, ticketResolved } from '../support/ticket-messages.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** When the schedule starts the reconcile, after midnight UTC. */
const RECONCILED_BY_MS = 2 * 60 * MINUTE_MS + 10 * MINUTE_MS;

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
}, 400_000);

afterAll(() => journey?.close());

const logged = async (): Promise<readonly string[]> =>
  [...new Set((await journey.eventLog()).map(({ type, detail }) => `${type} ${String(detail['ticketId'])}`))].toSorted();

test('what the event log has lost is in it again after the night', async () => {
  const { cloud, operator } = journey;
  const { s3, outputs } = operator;
  await journey.send('tickets', ticketCreated('T-1'));
  await journey.send('tickets', ticketCreated('T-2'));
  await cloud.runFor(MINUTE_MS);
  await journey.send('outcomes', ticketResolved('T-1', 'billing'));
  await cloud.runFor(5 * MINUTE_MS);
  const before = await logged();
  expect(before).toEqual(['ticket.learned T-1', 'ticket.routed T-1', 'ticket.routed T-2']);

  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.DataBucket, Prefix: 'events/' }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: outputs.DataBucket, Key }));
  expect(await logged()).toEqual([]);

  const midnight = Math.ceil(cloud.clock.now() / DAY_MS) * DAY_MS;
  await cloud.runUntil(midnight + RECONCILED_BY_MS);
  expect(await logged()).toEqual(before);
  expect(cloud.iam.refusals()).toEqual([]);

  // Asked again about that day, it has nothing to do.
  const reconcile = [...cloud.resources].find(([id]) => id.includes('ReconcileEventsReconcileFunction'))?.[1].ref;
  const day = new Date(midnight - DAY_MS).toISOString().slice(0, 10);
  const { Payload } = await cloud.call('lambda', 'Invoke', {
    FunctionName: reconcile,
    Payload: Buffer.from(JSON.stringify({ day })),
  });
  expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString('utf8'))).toMatchObject({
    kind: 'complete',
    types: {
      'ticket.routed': { stored: 2, logged: 2, missing: 0 },
      'ticket.learned': { stored: 1, logged: 1, missing: 0 },
    },
  });
}, 300_000);
