import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShopWithCommands } from './local-command.ts';
import type { OpenedShop } from './local-command.ts';

let shop: OpenedShop;

beforeAll(async () => {
  shop = await openShopWithCommands();
  for (const body of ['T-1', 'T-2', 'broken']) await shop.send(body);
  await shop.cloud.runFor(120_000);
  await shop.send('{"subject":"Where is\\n my refund?"}', 'Rescore');
  await shop.cloud.call('s3', 'PutObject', { Bucket: 'shop-data', Key: 'events/1', Body: Buffer.from('12345') });
});

afterAll(() => shop.close());

const lines = (out: string): readonly string[] => out.trimEnd().split('\n');

describe('signalbox local', () => {
  test('status tells what runs, and how much of what is in it', async () => {
    const { code, out } = await shop.run('status');
    expect(code).toBe(0);
    expect(out).toMatch(/^endpoint +http:\/\/127\.0\.0\.1:\d+ \(eu-west-1\)$/m);
    expect(out).toMatch(/^tables +1, with 2 items$/m);
    expect(await shop.json('status')).toMatchObject({ pid: process.pid, queues: 3, items: 2, messages: 2 });
  });

  test('queues are shown in aligned columns, with whose dead letters they hold', async () => {
    const { out } = await shop.run('queues');
    expect(lines(out)).toEqual([
      'output   visible  in flight  delayed  queue                dead letters of',
      '               1          0        0  shop-tickets-failed  Tickets',
      'Tickets        0          0        0  shop-tickets',
      'Rescore        1          0        0  shop-rescore',
    ]);
  });

  test('messages are shown a line each, without being received', async () => {
    const { out } = await shop.run('queues rescore');
    expect(lines(out)).toEqual([
      'shop-rescore: 1 visible, 0 in flight, 0 delayed',
      expect.stringMatching(/^2026-03-02 09:02:00 {2}visible {4}received 0 times {2}[0-9a-f-]{36}$/),
      '  {"subject":"Where is\\n my refund?"}',
    ]);
    expect(await shop.json('queues rescore')).toMatchObject({ visible: 1, messages: [{ receiveCount: 0 }] });
  });

  test('items are shown as people read them, by page and by key', async () => {
    expect((await shop.run('tables')).out).toContain('shop-tickets-table');
    const { out } = await shop.run('tables shop-tickets-table --key pk=ticket#T-1 --key sk=state');
    expect(lines(out)).toEqual(['shop-tickets-table: 1 item', '{"pk":"ticket#T-1","sk":"state","team":"returns","tries":1}']);
    const first = await shop.json<{ items: unknown[]; after: string }>('tables shop-tickets --max 1');
    const second = await shop.json<{ items: unknown[] }>(`tables shop-tickets --max 1 --after ${first.after}`);
    expect([...first.items, ...second.items]).toHaveLength(2);
    expect(second).not.toHaveProperty('after');
    expect((await shop.run('tables shop-tickets --max 1')).out).toContain(`the next page: --after ${first.after}`);
  });

  test('objects are shown by prefix', async () => {
    expect(lines((await shop.run('objects')).out)[1]).toMatch(/1 +5 +shop-data$/);
    expect(lines((await shop.run('objects data events/')).out)).toEqual(['bytes  key in shop-data', '    5  events/1']);
    expect((await shop.run('objects data models/')).out).toBe('shop-data: no objects\n');
  });

  test('functions show what they did, and what they wrote last', async () => {
    expect((await shop.run('functions')).out).toMatch(/^RouteTickets +3 +1 +0 /m);
    const { out } = await shop.run('functions RouteTickets --lines 4');
    expect(lines(out)).toHaveLength(2 + 1 + 4);
    expect(out).toContain('cannot keep it');
  });

  test('executions show their states', async () => {
    expect((await shop.run('executions')).out).toBe('no executions\n');
    await shop.retrain();
    await shop.cloud.runFor(3_600_000);
    expect((await shop.run('executions')).out).toMatch(/^first-run {2}FAILED {2}2026-03-02 09:02:00 {2}2026-03-02 10:02:00/m);
    const { out } = await shop.run('executions first-run');
    expect(out).toMatch(/^error +NotBetter$/m);
    expect(out).toMatch(/WaitStateEntered +Observe$/m);
    expect(out).toMatch(/ExecutionFailed +NotBetter the champion is as good$/m);
  });

  test('calls add up by caller and by action', async () => {
    const calls = shop.cloud.counts();
    const all = calls.reduce((sum, { count }) => sum + count, 0);
    expect(lines((await shop.run('calls')).out)).toHaveLength(1 + calls.length);
    for (const by of ['caller', 'action']) {
      const sums = await shop.json<readonly { count: number }[]>(`calls --by ${by}`);
      expect(sums.reduce((sum, { count }) => sum + count, 0)).toBe(all);
      expect(sums.length).toBeLessThanOrEqual(calls.length);
    }
    expect((await shop.run('calls --by caller')).out).toMatch(/^RouteTickets +\d/m);
  });

  test('refusals are the sentences of IAM', async () => {
    expect((await shop.run('refusals')).out).toBe('nothing was refused\n');
    expect(await shop.json('refusals')).toEqual([]);
  });

  test.for([
    [
      'queues shop',
      1,
      'signalbox: "shop" could be any queue of shop-rescore, shop-tickets, shop-tickets-failed; write more of its name.',
    ],
    ['tables tikets', 1, 'signalbox: There is no table "tikets"; there is shop-tickets-table.'],
    ['executions nothing', 1, 'signalbox: There is no execution "nothing"; '],
    ['tables tickets --key pk', 2, 'A key is written like pk=ticket#1'],
    ['queus', 2, '(Did you mean queues?)'],
    ['calls --by colour', 2, 'Allowed choices are caller, action.'],
    ['queues a b', 2, 'too many arguments'],
  ] as const)('`local %s` ends with %i and a sentence', async ([line, code, message]) => {
    const ran = await shop.run(line);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(message);
    expect(ran.err).not.toMatch(/^\s+at /m);
    expect(ran.out).toBe('');
  });
});
