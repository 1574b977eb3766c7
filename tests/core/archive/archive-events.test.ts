import { expect, test } from 'vitest';
import { createArchiveEvents } from '../../../core/archive/archive-events.ts';
import type { EventLogLine } from '../../../core/contracts/bus-event.ts';
import { message } from '../../support/ticket-events.ts';

const envelope = (detail: unknown, fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    id: 'envelope-1',
    'detail-type': 'ticket.learned',
    source: 'signalbox',
    time: '2026-11-22T09:00:00Z',
    detail,
    ...fields,
  });

const archive = (append?: () => Promise<readonly string[]>) => {
  const appended: (readonly EventLogLine[])[] = [];
  const keep = async (lines: readonly EventLogLine[]): Promise<readonly string[]> => {
    appended.push(lines);
    return Promise.resolve([]);
  };
  const run = createArchiveEvents({ log: { append: append ?? keep } });
  return { appended, run: async (...bodies: readonly string[]) => run(bodies.map((body) => message(body))) };
};

test("an event is filed under its own id, not its envelope's: publishing again makes another envelope", async () => {
  const { run, appended } = archive();
  expect(await run(envelope({ id: 'resolved#desk#1', ticketId: 'T-1' }))).toMatchObject([{ kind: 'archived' }]);
  expect(appended).toEqual([
    [
      {
        id: 'resolved#desk#1',
        type: 'ticket.learned',
        time: '2026-11-22T09:00:00.000Z',
        detail: { id: 'resolved#desk#1', ticketId: 'T-1' },
      },
    ],
  ]);
});

test("an event without an id is filed under its envelope's", async () => {
  const { run, appended } = archive();
  await run(envelope({ id: 7 }));
  expect(appended[0]?.[0]?.id).toBe('envelope-1');
});

test('a batch is appended at once', async () => {
  const { run, appended } = archive();
  await run(envelope({ id: 'a' }), envelope({ id: 'b' }));
  expect(appended.map((lines) => lines.length)).toEqual([2]);
});

test.each(['', '{', 'null', '{}', envelope('text'), envelope(null), envelope([1]), envelope({ id: 'a' }, { time: 'yesterday' })])(
  'a message that is no event goes back alone: %s',
  async (body) => {
    const { run, appended } = archive();
    const outcomes = await run(envelope({ id: 'a' }), body, envelope({ id: 'b' }));
    expect(outcomes.filter(({ kind }) => kind === 'retry')).toHaveLength(1);
    expect(outcomes).toHaveLength(3);
    expect(appended[0]?.map(({ id }) => id)).toEqual(['a', 'b']);
  },
);

test('nothing is appended where no message is an event', async () => {
  const { run, appended } = archive();
  expect(await run('{')).toMatchObject([{ kind: 'retry' }]);
  expect(appended).toEqual([]);
});

test('all go back where the log cannot be written', async () => {
  const { run } = archive(() => Promise.reject(new Error('the bucket is not there')));
  expect((await run(envelope({ id: 'a' }), '{', envelope({ id: 'b' }))).map(({ kind }) => kind)).toEqual([
    'retry',
    'retry',
    'retry',
  ]);
});
