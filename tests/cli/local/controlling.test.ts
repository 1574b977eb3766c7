import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultPresets } from '../../../local/faults/presets.ts';
import { openShopWithCommands } from './local-command.ts';
import type { OpenedShop } from './local-command.ts';

let shop: OpenedShop;

beforeAll(async () => {
  shop = await openShopWithCommands();
});

afterEach(() => {
  shop.cloud.faults.clear();
});

afterAll(() => shop.close());

const list = () => shop.cloud.faults.list().map(({ rule }) => rule);

describe('signalbox local faults', () => {
  test.for([
    ['throttle --service sqs --rate 0.3 --seed 7', { service: 'sqs', rate: 0.3, seed: 7, fault: { kind: 'throttle' } }],
    ['internal-error --times 2 --skip 1', { times: 2, skip: 1, fault: { kind: 'internal-error' } }],
    [
      'error --code ModelError --status 424 --action InvokeEndpoint',
      { action: 'InvokeEndpoint', fault: { kind: 'error', code: 'ModelError', status: 424 } },
    ],
    ['latency --for 1m30s --service s3', { service: 's3', fault: { kind: 'latency', ms: 90_000 } }],
    [
      'drop-response --action PutItem --caller RouteTickets --resource tickets',
      { action: 'PutItem', caller: ['RouteTickets'], resource: 'tickets', fault: { kind: 'drop-response' } },
    ],
    ['drop-request', { fault: { kind: 'drop-request' } }],
    ['repeat --action SendMessage', { action: 'SendMessage', fault: { kind: 'repeat' } }],
    ['refuse-entries --service events --share 0.5', { service: 'events', fault: { kind: 'refuse-entries', share: 0.5 } }],
    ['ignore-delete', { fault: { kind: 'ignore-delete' } }],
    ['kill-function --when after --as timeout', { fault: { kind: 'kill-function', when: 'after', as: 'timeout' } }],
    ['container --how out-of-memory', { fault: { kind: 'container', how: 'out-of-memory' } }],
    ['container --how hang --for 5s', { fault: { kind: 'container', how: 'hang', ms: 5000 } }],
    ['slow-endpoint --rate 0.5', { ...faultPresets['slow-endpoint']?.rule, rate: 0.5 }],
    ['slow-endpoint --for 3s', { ...faultPresets['slow-endpoint']?.rule, fault: { kind: 'latency', ms: 3000 } }],
  ] as const)('add %s', async ([line, rule]) => {
    const { code, err } = await shop.run(`faults add ${line}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(list()).toEqual([rule]);
  });

  test.for(Object.keys(faultPresets))('the preset %s is one that the local cloud takes', async (name) => {
    expect((await shop.run(`faults add ${name}`)).code).toBe(0);
    expect(list()).toEqual([faultPresets[name]?.rule]);
    expect((await shop.run('faults presets')).out).toContain(`${name} `);
  });

  test.for([
    ['throtled-table', 2, 'There is no fault throtled-table; did you mean throttled-table or'],
    ['throttle --rate 2', 2, 'It is a probability, 0 to 1.'],
    ['kill-function --when sometimes', 2, 'Allowed choices are before, after.'],
    ['throttle --service sqz', 1, 'signalbox: There is no service sqz; did you mean sqs?'],
    ['throttle --action PutItems', 1, 'signalbox: There is no action PutItems; did you mean PutItem'],
    ['throttle --caller RouteTicketz', 1, 'signalbox: Nobody here is called RouteTicketz; did you mean RouteTickets'],
    ['throttle --code X', 1, 'signalbox: Code is not known here; '],
    ['error', 1, 'signalbox: Code must be a text, and is missing.'],
    ['kill-function', 1, 'signalbox: When must be one of before, after'],
    ['ignore-delete --service s3', 1, 'signalbox: Ignore-delete is for sqs:DeleteMessage'],
  ] as const)('add %s is refused', async ([line, code, message]) => {
    const ran = await shop.run(`faults add ${line}`);
    expect(ran.err).toContain(message);
    expect(ran.code).toBe(code);
    expect(list()).toEqual([]);
  });

  test('list shows what each hit, and clear takes them away', async () => {
    await shop.run('faults add throttle --service sqs --action ListQueues --times 2');
    await shop.run('faults add bus-down');
    await expect(shop.cloud.call('sqs', 'ListQueues', {})).rejects.toThrow('throttling');
    const { out } = await shop.run('faults list');
    expect(out).toMatch(/^ *\d+ {2}throttle +sqs:ListQueues +\* +\* +1 +1 +1 of 2$/m);
    expect(out).toMatch(/^throttle +sqs:ListQueues +operator +1$/m);
    const { active } = await shop.json<{ active: readonly { id: number }[] }>('faults list');
    expect((await shop.run(`faults clear ${active[0]?.id}`)).out).toBe('1 fault taken away\n');
    expect(list()).toHaveLength(1);
    expect((await shop.run(`faults clear ${active[0]?.id}`)).code).toBe(1);
    expect(await shop.json('faults clear')).toEqual({ cleared: 1 });
    expect((await shop.run('faults list')).out).toContain('no faults are set');
  });
});

describe('signalbox local clock', () => {
  test('runs ahead for a time and until a time', async () => {
    const now = () => new Date(shop.cloud.clock.now()).toISOString();
    expect((await shop.run('clock')).out).toMatch(/^it is +2026-03-02T09:00:00\.000Z$/m);
    expect((await shop.run('clock run-for 1h30m')).code).toBe(0);
    expect(now()).toBe('2026-03-02T10:30:00.000Z');
    expect(await shop.json('clock run-until 2026-03-02T11:00:00')).toMatchObject({ now: '2026-03-02T11:00:00.000Z' });
    expect(now()).toBe('2026-03-02T11:00:00.000Z');
    const { code, err } = await shop.run('clock run-until 2026-03-01');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'signalbox: The clock cannot run back: it is 2026-03-02T11:00:00.000Z.\n',
    });
  });

  test.for(['clock run-for soon', 'clock run-for', 'clock run-until tomorrow'])('`local %s` is called wrongly', async (line) => {
    expect((await shop.run(line)).code).toBe(2);
  });
});

describe('signalbox local functions and endpoints', () => {
  test('a function is killed in the middle of what it does', async () => {
    expect((await shop.run('functions kill RouteTickets')).out).toBe('RouteTickets was doing nothing; nothing was ended\n');
    await shop.send('slow');
    await expect
      .poll(() => shop.json('functions RouteTickets'), { timeout: 15_000 })
      .toMatchObject({ log: [expect.stringContaining('slow')] });
    expect(await shop.json('functions kill RouteTickets --as timeout')).toEqual({ function: 'RouteTickets', killed: 1 });
    await expect.poll(() => shop.cloud.engines.lambda.inspect()[0]?.errors, { timeout: 15_000 }).toBe(1);
  });

  test('containers go down and come up', async () => {
    expect((await shop.run('endpoints')).out).toBe('no endpoints\n\nno training jobs\n');
    await shop.serve();
    expect((await shop.run('endpoints')).out).toMatch(/^shop-routing-v1 {2}InService {2}running +\d+$/m);
    expect(await shop.json('endpoints stop routing')).toMatchObject({ container: 'stopped' });
    expect((await shop.run('endpoints start routing')).out).toMatch(/^shop-routing-v1 {2}InService {2}running/m);
    expect((await shop.run('endpoints crash clustering')).err).toContain(
      'There is no endpoint "clustering"; there is shop-routing-v1.',
    );
  });
});
