import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createControlClient, GoneError } from '../../local/control/client.ts';
import type { ControlClient } from '../../local/control/client.ts';
import { ControlError } from '../../local/control/errors.ts';
import { startSteppedClock } from '../../local/clock.ts';
import { removeFolders } from './support/function-folder.ts';
import { openShop, OPENS_AT } from './support/shop-app.ts';
import type { Shop } from './support/shop-app.ts';

let shop: Shop;
let ask: ControlClient['ask'];

beforeAll(async () => {
  shop = await openShop({ clock: startSteppedClock(Date.parse(OPENS_AT)) });
  const { endpoint, controlToken } = shop.cloud;
  ask = createControlClient({ endpoint, token: controlToken }).ask;
});

afterEach(() => {
  shop.cloud.faults.clear();
});

afterAll(async () => {
  await shop.cloud.close();
  removeFolders();
});

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${shop.cloud.endpoint}/_local/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.cloud.controlToken}` },
    ...init,
  });

describe('the control operations', () => {
  test('are for who holds the token', async () => {
    expect((await post('status', { headers: {} })).status).toBe(401);
    const stranger = createControlClient({ endpoint: shop.cloud.endpoint, token: 'guessed' });
    await expect(stranger.ask('status', {})).rejects.toThrow(GoneError);
  });

  test('refuse what they do not know, naming what is near', async () => {
    expect(await (await post('queus')).json()).toEqual({ error: 'there is no operation queus; did you mean queues?' });
    expect(await (await post('status', { body: '{"colour":1}' })).json()).toEqual({
      error: 'colour is not known here; there is none',
    });
    expect((await post('messages', { body: '{"queue":7}' })).status).toBe(400);
    expect((await post('status', { body: 'no JSON' })).status).toBe(400);
    expect((await post('status', { method: 'GET' })).status).toBe(405);
  });

  test('give who asks by name what it signs AWS calls with, and where they go', async () => {
    const { endpoint, region, credentials, outputs } = await ask('access', { caller: 'operator' });
    expect({ endpoint, region, outputs }).toEqual({
      endpoint: shop.cloud.endpoint,
      region: shop.cloud.region,
      outputs: shop.cloud.outputs,
    });
    const { accessKeyId, secretAccessKey } = shop.cloud.credentials('operator');
    expect(credentials).toEqual({ accessKeyId, secretAccessKey });
  });

  test('are not counted, not refused and meet no fault', async () => {
    const before = shop.cloud.counts();
    shop.cloud.faults.add({ fault: { kind: 'throttle' } });
    await ask('items', { table: 'shop-tickets-table' });
    await ask('executions', {});
    await ask('models', {});
    expect(shop.cloud.counts()).toEqual(before);
    expect(shop.cloud.engines.dynamodb.units().get('shop-tickets-table')?.read ?? 0).toBe(0);
  });
});

describe('looking inside', () => {
  test('messages are seen without being received', async () => {
    await shop.send('one', 'Rescore');
    await shop.send('two', 'Rescore');
    const look = () => ask('messages', { queue: 'rescore', max: 1 });
    expect(await look()).toMatchObject({
      name: 'shop-rescore',
      visible: 2,
      inFlight: 0,
      messages: [{ state: 'visible', sentAt: OPENS_AT, receiveCount: 0, body: 'one' }],
    });
    expect(await look()).toEqual(await look());
  });

  test('items come by page and by key, and dead letters with whose they are', async () => {
    for (const body of ['a', 'b', 'c', 'broken']) await shop.send(body);
    await shop.cloud.runFor(120_000);
    const seen: unknown[] = [];
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const page = await ask('items', { table: 'shop-tickets-table', max: 2, ...(after !== undefined && { after }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((item) => (item['pk'] as { S: string }).S));
      after = page.after;
    }
    expect(new Set(seen)).toEqual(new Set(['ticket#a', 'ticket#b', 'ticket#c']));
    const { items, after } = await ask('items', { table: 'shop-tickets', key: { pk: 'ticket#b', sk: 'state' } });
    expect({ items, after }).toMatchObject({ items: [{ pk: { S: 'ticket#b' }, tries: { N: '1' } }], after: undefined });
    expect((await ask('items', { table: 'shop-tickets', key: { pk: 'ticket#z' } })).items).toEqual([]);
    await expect(ask('items', { table: 'shop-tickets', key: { pj: 'x' } })).rejects.toThrow(
      'pj is no key of shop-tickets-table; did you mean pk?',
    );
    await expect(ask('items', { table: 'shop-tickets', after: 'x' })).rejects.toThrow(ControlError);
    const failed = (await ask('queues', {})).find(({ name }) => name === 'shop-tickets-failed');
    expect(failed).toMatchObject({ visible: 1, deadLettersOf: ['shop-tickets'] });
    expect(await ask('tables', {})).toMatchObject([{ name: 'shop-tickets-table', items: 3, key: ['pk', 'sk'], writeUnits: 3 }]);
  });

  test('objects come by prefix and page', async () => {
    for (const Key of ['log/1', 'log/2', 'log/3', 'models/1'])
      await shop.cloud.call('s3', 'PutObject', { Bucket: 'shop-data', Key, Body: Buffer.from(Key) });
    const first = await ask('objects', { bucket: 'shop-data', prefix: 'log/', max: 2 });
    expect(first).toEqual({
      bucket: 'shop-data',
      objects: [
        { key: 'log/1', sizeBytes: 5 },
        { key: 'log/2', sizeBytes: 5 },
      ],
      after: 'log/2',
    });
    const rest = await ask('objects', { bucket: 'shop-data', prefix: 'log/', after: first.after ?? '' });
    expect(rest.objects).toEqual([{ key: 'log/3', sizeBytes: 5 }]);
    expect(rest.after).toBeUndefined();
    expect(await ask('buckets', {})).toEqual([{ name: 'shop-data', outputs: [], objects: 4, bytes: 23 }]);
  });

  test('a function shows its errors and the last lines that it wrote', async () => {
    await shop.send('broken');
    await shop.cloud.runFor(120_000);
    const { errors, invocations, log } = await ask('function', { name: 'routetickets', lines: 5 });
    expect(errors).toBeGreaterThan(0);
    expect(invocations).toBeGreaterThan(errors - 1);
    expect(log).toHaveLength(5);
    expect(log.join('\n')).toContain('cannot keep it');
  });

  test('a part of a name will do where it means one thing only', async () => {
    await expect(ask('messages', { queue: 'shop' })).rejects.toThrow(
      '"shop" could be any queue of shop-rescore, shop-tickets, shop-tickets-failed',
    );
    await expect(ask('messages', { queue: 'shop-tikets' })).rejects.toThrow(
      'there is no queue "shop-tikets"; did you mean shop-tickets?',
    );
  });

  test('calls and refusals are those of the gateway', async () => {
    expect(await ask('calls', {})).toEqual(shop.cloud.counts());
    expect(await ask('refusals', {})).toEqual(shop.cloud.iam.refusals());
  });
});

describe('control', () => {
  test('the clock runs for a time and until a time, and never back', async () => {
    const before = await ask('clock', {});
    const { now } = await ask('run-clock', { forMs: 90_000 });
    expect(Date.parse(now) - Date.parse(before.now)).toBe(90_000);
    const untilMs = Date.parse(now) + 1000;
    expect((await ask('run-clock', { untilMs })).now).toBe(new Date(untilMs).toISOString());
    await expect(ask('run-clock', { untilMs: 0 })).rejects.toThrow('the clock cannot run back: it is 2026-03-02T');
  });

  test('an execution is seen while it waits, and with its history when the clock has run', async () => {
    const name = await shop.retrain();
    await shop.cloud.runFor(0);
    expect(await ask('executions', {})).toMatchObject([{ name, stateMachine: 'shop-retrain', status: 'RUNNING' }]);
    await ask('run-clock', { forMs: 3_600_000 });
    const detail = await ask('execution', { name: 'first' });
    expect(detail).toMatchObject({
      status: 'FAILED',
      error: 'NotBetter',
      cause: 'the champion is as good',
      input: '{"trigger":"person"}',
    });
    expect(detail.history.map(({ type }) => type)).toContain('WaitStateEntered');
  });

  test('a fault may name its callers by their beginning', async () => {
    const { rule } = await ask('add-fault', { caller: ['Route', 'operator'], fault: { kind: 'throttle' } });
    expect(new Set(rule.caller)).toEqual(new Set(['RouteTickets', 'RouteTicketsRole', 'operator']));
  });

  test('faults are added, listed with what they hit, and cleared', async () => {
    const rule = { service: 'sqs', action: 'ListQueues', fault: { kind: 'throttle' } } as const;
    const { id } = await ask('add-fault', rule);
    await expect(shop.cloud.call('sqs', 'ListQueues', {})).rejects.toThrow('throttling');
    const { active, met } = await ask('faults', {});
    expect(active).toEqual([{ id, rule, matched: 1, fired: 1 }]);
    expect(met).toContainEqual({ kind: 'throttle', service: 'sqs', action: 'ListQueues', caller: 'operator', count: 1 });
    await expect(ask('clear-faults', { ids: [id + 1] })).rejects.toThrow(`there is no fault ${id + 1}`);
    expect(await ask('clear-faults', { ids: [id] })).toEqual({ cleared: 1 });
    expect(await ask('clear-faults', {})).toEqual({ cleared: 0 });
    await shop.cloud.call('sqs', 'ListQueues', {});
  });

  test.for([
    [{ fault: { kind: 'thrott' } }, 'kind cannot be thrott; did you mean throttle?'],
    [{ fault: { kind: 'latency' } }, 'ms must be a whole number from 1 to 86400000'],
    [{ fault: { kind: 'throttle', ms: 5 } }, 'ms is not known here'],
    [{ fault: { kind: 'error' } }, 'code must be a text, and is missing'],
    [{ servise: 'sqs', fault: { kind: 'throttle' } }, 'servise is not known here; did you mean service?'],
    [{ service: 'sqz', fault: { kind: 'throttle' } }, 'there is no service sqz; did you mean sqs'],
    [{ service: 'dynamodb', fault: { kind: 'ignore-delete' } }, 'ignore-delete is for sqs:DeleteMessage'],
  ] as const)('the fault %j is refused', async ([rule, message]) => {
    const reply = await post('add-fault', { body: JSON.stringify(rule) });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as { error: string }).error).toContain(message);
    expect(shop.cloud.faults.list()).toEqual([]);
  });

  test('a function is killed in the middle of what it does', async () => {
    expect(await ask('kill-function', { name: 'RouteTickets' })).toEqual({ function: 'RouteTickets', killed: 0 });
    await shop.send('slow');
    await expect
      .poll(async () => (await ask('function', { name: 'RouteTickets', lines: 1 })).log, { timeout: 15_000 })
      .toEqual([expect.stringContaining('keeping slow')]);
    expect(await ask('kill-function', { name: 'RouteTickets', as: 'out-of-memory' })).toMatchObject({ killed: 1 });
    await shop.cloud.runFor(120_000);
    expect((await ask('items', { table: 'tickets', key: { pk: 'ticket#slow' } })).items).toEqual([]);
  });

  test('a container is stopped, started and crashed', async () => {
    await shop.serve();
    const start = await ask('models', {});
    expect(start.endpoints).toMatchObject([{ name: 'shop-routing-v1', status: 'InService', container: 'running' }]);
    const command = (word: 'stop' | 'start' | 'crash') => ask('container', { endpoint: 'routing', do: word });
    expect(await command('stop')).toMatchObject({ container: 'stopped' });
    expect(await command('start')).toMatchObject({ container: 'running' });
    const pid = (await ask('models', {})).endpoints[0]?.pid;
    await command('crash');
    await shop.cloud.runFor(1000);
    const [after] = (await ask('models', {})).endpoints;
    expect(after).toMatchObject({ container: 'running' });
    expect(after?.pid).not.toBe(pid);
    expect(await ask('status', {})).toMatchObject({ queues: 3, tables: 1, functions: 1, endpoints: 1, buckets: 1, faults: 0 });
  });
});
