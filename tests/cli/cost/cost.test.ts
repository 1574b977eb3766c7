import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { addCostCommand } from '../../../cli/cost/command.ts';
import { costPerMillion } from '../../../cli/cost/per-million.ts';
import { readRecordedUsage } from '../../../cli/cost/recorded-usage.ts';
import type { CloudCounters } from '../../../cli/cost/usage-of-cloud.ts';
import type { Estimate } from '../../../core/cost/estimate.ts';
import { PRICES } from '../../../core/cost/prices.ts';
import { ALARM_METRICS, OWN_METRICS, POLLED_QUEUES } from '../../../core/cost/standing-usage.ts';
import { withSignalbox } from '../../lib/synthesized.ts';
import { runCommand, surroundings } from '../stage/run-command.ts';

const ROOT = join(import.meta.dirname, '../../..');
const cost = (...args: readonly string[]) => runCommand(addCostCommand, surroundings(), ['cost', ...args]);

test('an estimate names idle cost, cost a million, prices with date and region, and what it rests on', async () => {
  const { code, out } = await cost('--tickets-per-month', '20000');
  expect(code).toBe(0);
  expect(out).toMatch(
    /^20,000 tickets a month, in us-east-1 at the prices of \d{4}-\d\d-\d\d\. An estimate: nothing was deployed\.\n/,
  );
  for (const line of [/^a month +\$\d+\.\d\d to \$\d+\.\d\d$/m, /^ {2}idle, without a ticket +\$/m, /^a million tickets +\$/m])
    expect(out).toMatch(line);
  expect(out).toMatch(/^SQS +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/m);
  expect(out).toMatch(/It rests on:\n- Prices are list prices of us-east-1 on .*without free tiers/);
});

test('an estimate names every price that could not be confirmed, and no other', async () => {
  const { out } = await cost('--tickets-per-month', '20000');
  const prices = Object.values(PRICES.prices);
  const [, list = ''] = /; \d+ of \d+ unconfirmed: (.*) \(core/.exec(out) ?? [];
  expect(list.split(', ')).toEqual(
    prices.flatMap(({ service, counted, readAt }) => (readAt === undefined ? [`${service} ${counted}`] : [])),
  );
});

test('--json is the whole estimate with its assumptions', async () => {
  const { out } = await cost('--tickets-per-month', '1_000_000', '--json');
  const estimated = JSON.parse(out) as Estimate & { readonly assumptions: readonly string[] };
  expect(estimated.ticketsPerMonth).toBe(1_000_000);
  expect(estimated.tickets.atLeast.usd).toBeCloseTo(estimated.perMillionTickets.atLeastUsd, 6);
  expect(estimated.assumptions.length).toBeGreaterThan(8);
});

test.for(['', 'many', '-1', '1.5', '1e12'])('%j is no number of tickets', async (text) => {
  expect(await cost('--tickets-per-month', text)).toMatchObject({ code: 2, out: '' });
});

test('a ticket alone uses no less than one among others, of what is counted by request', () => {
  const { alone, together } = readRecordedUsage().usage;
  for (const meter of ['lambdaRequests', 'sqsRequests', 'dynamoReadUnits', 's3Puts'] as const)
    expect(alone[meter]).toBeGreaterThan(together[meter] ?? 0);
});

test('what a local cloud has counted becomes dollars a million', () => {
  const nothing: CloudCounters = {
    invocations: 0,
    gbSeconds: 0,
    sqsRequests: 0,
    readUnits: 0,
    writeUnits: 0,
    s3Puts: 0,
    s3Gets: 0,
    endpointCalls: 0,
    endpointBytes: 0,
    tableBytes: 0,
  };
  const fewer = costPerMillion(nothing, { ...nothing, writeUnits: 100 }, 10);
  const more = costPerMillion(nothing, { ...nothing, writeUnits: 200 }, 10);
  // Ten write units a ticket more, at 0.625 dollars a million.
  expect(more.usd - fewer.usd).toBeCloseTo(6.25, 8);
  // A gigabyte a million tickets, for twelve months in a table and in its backups, as the estimate before a deployment has it.
  const storing = costPerMillion(nothing, { ...nothing, tableBytes: 10_000 }, 10);
  const storingNothing = costPerMillion(nothing, nothing, 10);
  expect(storing.usd - storingNothing.usd).toBeCloseTo(12 * (0.25 + 0.2), 8);
  expect(more).toMatchObject({ region: 'us-east-1', assumptions: expect.any(Array) as string[] });
});

test('alarms, polled queues and metrics are as many as the stacks and functions have', () => {
  const [alarms, mappings] = withSignalbox('prod', ({ journey }) => {
    const template = Template.fromStack(journey);
    const all = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    // An alarm over an expression is billed for each metric in it.
    const watched = all.map((alarm) => Math.max(1, JSON.stringify(alarm).split('"MetricStat"').length - 1));
    return [
      watched.reduce((sum, count) => sum + count, 0),
      Object.keys(template.findResources('AWS::Lambda::EventSourceMapping')).length,
    ];
  });
  expect({ alarms, mappings }).toEqual({ alarms: ALARM_METRICS, mappings: POLLED_QUEUES });
  const written = globSync('lambdas/*/handler.ts', { cwd: ROOT }).flatMap((path) =>
    Array.from(readFileSync(join(ROOT, path), 'utf8').matchAll(/addMetric\(([^,]+),/g), ([, name = '']) =>
      Array.from(name.matchAll(/'([A-Z][A-Za-z]+)'/g), ([, found]) => found),
    ).flat(),
  );
  expect(new Set(written).size).toBe(OWN_METRICS);
});
