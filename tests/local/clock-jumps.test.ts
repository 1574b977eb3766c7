import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock, startWallClock } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud, LocalCloudOptions } from '../../local/cloud.ts';
import { arnOf, queue, table } from './support/app-parts.ts';
import { removeFolders } from './support/function-folder.ts';
import { roleFor, writtenAssembly } from './support/written-assembly.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, midnight UTC. */
const MONDAY_MS = Date.UTC(2026, 0, 5);

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const fn = (properties: Readonly<Record<string, unknown>>) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'note.zip' },
    Runtime: 'nodejs24.x',
    Timeout: 20,
    MemorySize: 256,
    Role: arnOf('Role'),
    Environment: { Variables: { TABLE: { Ref: 'Table' }, QUEUE: { Ref: 'Queue' } } },
    ...properties,
  },
});
const daily = (hour: number, target: string) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression: `cron(0 ${hour} * * ? *)`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: arnOf(target), RoleArn: arnOf('ScheduleRole'), Input: '{"from":"schedule"}' },
  },
});

/** Every day a function sends a message that is taken six hours later, and a workflow waits and then keeps an item for a week. */
const season = {
  code: {
    note: {
      'index.mjs': `
        import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
        import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
        const table = new DynamoDBClient({});
        const queue = new SQSClient({});
        const put = (kind, id, ttlSeconds) => table.send(new PutItemCommand({ TableName: process.env.TABLE, Item: {
          id: { S: kind + ' ' + id },
          at: { N: String(Date.now()) },
          ...(ttlSeconds && { ttl: { N: String(Math.floor(Date.now() / 1000) + ttlSeconds) } }),
        } }));
        export const send = async () => {
          const MessageBody = new Date().toISOString().slice(0, 10);
          await queue.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody, DelaySeconds: 900 }));
        };
        export const take = async ({ Records }) => {
          for (const { body } of Records) await put('taken', body);
        };
        export const keep = ({ id }) => put('kept', id, 7 * 86400);
        `,
    },
  },
  resources: {
    Role: roleFor('lambda.amazonaws.com'),
    ScheduleRole: roleFor('scheduler.amazonaws.com'),
    MachineRole: roleFor('states.amazonaws.com'),
    Queue: queue({ VisibilityTimeout: 120 }),
    Table: table({ TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } }),
    Send: fn({ Handler: 'index.send' }),
    Take: fn({ Handler: 'index.take' }),
    Keep: fn({ Handler: 'index.keep' }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Queue'),
        FunctionName: { Ref: 'Take' },
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 60,
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: arnOf('MachineRole'),
        DefinitionString: {
          'Fn::Sub': JSON.stringify({
            StartAt: 'Sleep',
            States: {
              Sleep: { Type: 'Wait', Seconds: 36 * 3600, Next: 'Keep' },
              Keep: {
                Type: 'Task',
                Resource: '${Keep.Arn}',
                Parameters: { 'id.$': '$$.Execution.StartTime' },
                End: true,
              },
            },
          }),
        },
      },
    },
    Morning: daily(6, 'Send'),
    Evening: daily(18, 'Machine'),
  },
  outputs: { Table: { Value: { Ref: 'Table' } } },
};

const start = async (app: Parameters<typeof writtenAssembly>[0], options: Partial<LocalCloudOptions>): Promise<LocalCloud> => {
  const cloud = await startLocalCloud({ assembly: writtenAssembly(app), port: 0, ...options });
  open.push(cloud);
  return cloud;
};

interface Stored {
  readonly id: { readonly S: string };
  readonly at: { readonly N: string };
}

const storedIn = async (cloud: LocalCloud): Promise<readonly (readonly [string, number])[]> => {
  const { Items } = await cloud.call('dynamodb', 'Scan', { TableName: cloud.outputs['app']?.['Table'] });
  return (Items as readonly Stored[]).map(({ id, at }) => [id.S, Number(at.N)] as const);
};

describe('a cloud whose clock jumps when nothing computes', () => {
  test('lives through twelve weeks of schedules, delays, waits and retention in under a minute', async () => {
    const cloud = await start(season, { clock: startSteppedClock(MONDAY_MS) });
    const startedAt = performance.now();
    await cloud.runFor(84 * DAY_MS);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(cloud.clock.now()).toBe(MONDAY_MS + 84 * DAY_MS);
    const stored = await storedIn(cloud);
    const taken = stored.filter(([id]) => id.startsWith('taken'));
    expect(taken).toHaveLength(84);
    // At 6:00 a message, a quarter of an hour of delay, a minute of window: no day is missed and none is late.
    const takenAt = taken.map(([id, at]) => at - Date.parse(id.slice('taken '.length)));
    expect(new Set(takenAt)).toEqual(new Set([6 * HOUR_MS + 16 * 60_000]));
    const kept = stored.filter(([id]) => id.startsWith('kept')).map(([id, at]) => at - Date.parse(id.slice('kept '.length)));
    expect(new Set(kept)).toEqual(new Set([36 * HOUR_MS]));
    // 82 were written; those of the last week are left.
    expect(kept).toHaveLength(7);
    expect(cloud.engines.lambda.invocationCounts()).toEqual({ Send: 84, Take: 84, Keep: 82 });
  });

  test('goes on at wall speed in between, and is never set back', async () => {
    const cloud = await start(season, { clock: startWallClock() });
    const from = cloud.clock.now();
    await cloud.runFor(2 * DAY_MS);
    const reached = cloud.clock.now();
    expect(reached).toBeGreaterThanOrEqual(from + 2 * DAY_MS);
    expect(reached).toBeLessThan(from + 2 * DAY_MS + HOUR_MS);
    await cloud.runUntil(from);
    expect(cloud.clock.now()).toBeGreaterThanOrEqual(reached);
    expect((await storedIn(cloud)).filter(([id]) => id.startsWith('taken'))).toHaveLength(2);
  });

  test('waits for a function that computes, however near the next timer is', async () => {
    const slow = `
      export const send = async () => {
        const before = Date.now();
        await new Promise((resolve) => setTimeout(resolve, 200));
        console.log('passed', Date.now() - before);
      };`;
    const { Role, ScheduleRole, Send, Morning, Table, Queue } = season.resources;
    const minutely = { ...Morning.Properties, ScheduleExpression: 'rate(1 minute)' };
    const app = {
      code: { note: { 'index.mjs': slow } },
      resources: { Role, ScheduleRole, Send, Table, Queue, Minutely: { ...Morning, Properties: minutely } },
    };
    const cloud = await start(app, { clock: startSteppedClock(MONDAY_MS), maxEnvironments: 1 });
    await cloud.runFor(3 * 60_000);
    expect(cloud.engines.lambda.busy()).toBe(0);
    // A rate schedule begins at once.
    const said = cloud.engines.lambda.logsOf(String(cloud.resources.get('app/Send')?.ref));
    expect(said.filter((line) => line.includes('passed'))).toEqual(Array<string>(4).fill('passed 0'));
  });
});
