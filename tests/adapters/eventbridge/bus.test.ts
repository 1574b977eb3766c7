import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { eventBridgeBus } from '../../../adapters/eventbridge/bus.ts';
import type { BusEvent } from '../../../core/contracts/bus-event.ts';
import { AwsError } from '../../../local/service.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { serviceOf } from '../../support/retraining-cloud.ts';

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const lesson = (id: string, body = ''): BusEvent => ({
  type: 'ticket.learned',
  detail: { id, ticketId: id, time: '2026-11-22T09:00:00.000Z', text: { subject: '', body }, labels: {}, lesson: 'resolved' },
});
const lessons = (count: number, body = ''): readonly BusEvent[] =>
  Array.from({ length: count }, (_, i) => lesson(`e-${i}`, body));

/** @param answer what the bus says to one entry: nothing, if it takes it */
const busWith = async (
  answer: (entry: Entry, call: number) => { readonly ErrorCode: string; readonly ErrorMessage: string } | undefined,
) => {
  const calls: (readonly Entry[])[] = [];
  const service = serviceOf('events', {
    PutEvents: ({ Entries }) => {
      const entries = Entries as readonly Entry[];
      calls.push(entries);
      const results = entries.map((entry) => answer(entry, calls.length) ?? { EventId: 'id' });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
  });
  const { config } = await startJourneyCloud([service]);
  return { calls, bus: eventBridgeBus({ client: new EventBridgeClient(config), busName: 'journey' }) };
};

test('an event goes to the bus under its type', async () => {
  const { calls, bus } = await busWith(() => undefined);
  expect(await bus.publish([lesson('e-1')])).toEqual(new Map());
  expect(calls).toEqual([
    [
      {
        EventBusName: 'journey',
        Source: 'signalbox',
        DetailType: 'ticket.learned',
        Detail: JSON.stringify(lesson('e-1').detail),
      },
    ],
  ]);
});

test('nothing is asked of the bus where there is nothing to publish', async () => {
  const { calls, bus } = await busWith(() => undefined);
  await bus.publish([]);
  expect(calls).toEqual([]);
});

test('a call has at most ten entries', async () => {
  const { calls, bus } = await busWith(() => undefined);
  await bus.publish(lessons(25));
  expect(calls.map((entries) => entries.length)).toEqual([10, 10, 5]);
});

test('a call has less than 256 KB, counted in bytes', async () => {
  const { calls, bus } = await busWith(() => undefined);
  await bus.publish(lessons(10, 'ü'.repeat(30_000)));
  expect(calls.flat()).toHaveLength(10);
  for (const entries of calls)
    expect(Buffer.byteLength(JSON.stringify(entries.map(({ Detail }) => Detail)))).toBeLessThan(256 * 1024);
});

test('entries that the bus refuses are returned with what it said', async () => {
  const { bus } = await busWith(({ Detail }) =>
    Detail.includes('e-12') ? { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' } : undefined,
  );
  expect(await bus.publish(lessons(15))).toEqual(new Map([['e-12', 'InternalFailure: try again']]));
});

test('a call that fails as a whole fails its own entries; the others are published', async () => {
  const { calls, bus } = await busWith((_, call) => {
    if (call === 1) throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    return undefined;
  });
  const refused = await bus.publish(lessons(12));
  expect([...refused.keys()]).toEqual(lessons(10).map(({ detail }) => detail.id));
  expect(refused.get('e-0')).toContain('over the limit');
  expect(calls).toHaveLength(2);
});

test('a bus that is out of reach is asked once, and the whole publication fails', async () => {
  const { calls, bus } = await busWith(() => {
    throw new AwsError('InternalFailure', 'out of order', 500);
  });
  await expect(bus.publish(lessons(30))).rejects.toThrow('out of order');
  expect(calls).toHaveLength(1);
});
