// What the gateway adds to a call: HTTP on loopback, reading it, verifying its signature, holding it to IAM.
// Run: npm run -s bench:gateway [-- --calls 5000] [--json] [--record]
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createCallers } from '@signalbox/local-cloud/assembly/callers.ts';
import { startWallClock } from '@signalbox/local-cloud/clock.ts';
import { createDynamoDb } from '@signalbox/local-cloud/dynamodb/dynamodb.ts';
import { startGateway } from '@signalbox/local-cloud/gateway.ts';
import { guarded } from '@signalbox/local-cloud/iam/guard.ts';
import { createIam } from '@signalbox/local-cloud/iam/iam.ts';
import type { Service } from '@signalbox/local-cloud/service.ts';
import { createSqs } from '@signalbox/local-cloud/sqs.ts';
import { provenanceOf } from './provenance.ts';

/** The median call through the gateway may take this much longer than the same call of the engine. */
const MAX_MEDIAN_OVERHEAD_MS = 1;

const { values: flags } = parseArgs({
  options: {
    calls: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const calls = Number(flags.calls);

const place = { region: 'eu-central-1', accountId: '000000000000' };
const clock = startWallClock();
const tableArn = `arn:aws:dynamodb:${place.region}:${place.accountId}:table/tickets`;
const queueArn = `arn:aws:sqs:${place.region}:${place.accountId}:rescore`;
const caller = {
  name: 'RouteTickets',
  principal: `arn:aws:iam::${place.accountId}:role/route-tickets`,
  assumedBy: 'lambda.amazonaws.com',
};

const dynamoDb = createDynamoDb({ clock, ...place });
dynamoDb.createTable({
  name: 'tickets',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  },
});
let endpoint = '';
const sqs = createSqs({ clock, ...place, endpoint: () => endpoint });
const { url: QueueUrl } = sqs.createQueue({ name: 'rescore', properties: {} });

/** A role like the router's: about its tables, queues, bus, endpoints and logs. */
const iam = createIam({ clock, ...place });
iam.policies.addRole({
  arn: caller.principal,
  name: 'route-tickets',
  source: 'bench/Role',
  trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
  managedPolicyArns: [],
});
const allow = (Action: readonly string[], Resource: string | readonly string[]) => ({ Effect: 'Allow', Action, Resource });
iam.policies.addRolePolicy('route-tickets', 'bench/Policy', {
  Version: '2012-10-17',
  Statement: [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:*:*:*'),
    allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
    allow(['events:PutEvents'], `arn:aws:events:${place.region}:${place.accountId}:event-bus/bus`),
    allow(['sagemaker:InvokeEndpoint'], `arn:aws:sagemaker:${place.region}:${place.accountId}:endpoint/signalbox-dev-routing-v*`),
    allow(['s3:PutObject'], 'arn:aws:s3:::data/texts/*'),
    allow(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [tableArn, `${tableArn}/index/*`],
    ),
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], `${queueArn}-source`),
    allow(['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], queueArn),
  ],
});

const callers = createCallers();
const credentials = callers.credentialsOf(caller);
const services: readonly Service[] = [dynamoDb, sqs];
const host = '127.0.0.1';
const unchecked = await startGateway({ port: 0, host, services, identify: callers.identify, ...place });
const checked = await startGateway({
  port: 0,
  host,
  services,
  identify: callers.identify,
  credentialsFor: callers.credentialsFor,
  around: guarded(iam.guard, (call, proceed) => proceed(call)),
  ...place,
});
endpoint = checked.endpoint;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const send = (to: string, { method, path, headers, body }: Sent): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to);
    const outgoing = request({ agent, hostname, port, method, path, headers }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/** Lets the SDK sign a command once; its own work is no part of the gateway's. The gateways do not hold a signature against the clock. */
const signed = async (make: (config: object) => Promise<unknown>, at: string): Promise<Sent> => {
  let sent: Sent | undefined;
  const requestHandler = {
    handle: ({ method, path, headers, body }: Sent) => {
      sent = { method, path, headers, body };
      return Promise.reject(new Error('only signed'));
    },
  };
  await make({ endpoint: at, region: place.region, credentials, maxAttempts: 1, requestHandler }).catch(() => undefined);
  if (!sent) throw new Error('the SDK sent nothing');
  return sent;
};

const key = { pk: { S: 'ticket#1' } };
const item = { ...key, text: { S: 'x'.repeat(600) } };
const MessageBody = 'x'.repeat(600);
const cases = [
  {
    name: 'dynamodb:PutItem',
    inside: () => dynamoDb.call({ caller, service: 'dynamodb', action: 'PutItem', input: { TableName: 'tickets', Item: item } }),
    command: (config: object) => new DynamoDBClient(config).send(new PutItemCommand({ TableName: 'tickets', Item: item })),
  },
  {
    name: 'dynamodb:GetItem',
    inside: () => dynamoDb.call({ caller, service: 'dynamodb', action: 'GetItem', input: { TableName: 'tickets', Key: key } }),
    command: (config: object) => new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'tickets', Key: key })),
  },
  {
    name: 'sqs:SendMessage',
    inside: () => sqs.call({ caller, service: 'sqs', action: 'SendMessage', input: { QueueUrl, MessageBody } }),
    command: (config: object) => new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody })),
  },
] as const;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

const quantile = (samples: readonly number[], share: number): number =>
  Number((samples.toSorted((a, b) => a - b)[Math.floor(samples.length * share)] ?? 0).toFixed(4));

const measure = async ({ inside, command }: (typeof cases)[number]) => {
  const [plain, verified] = [await signed(command, unchecked.endpoint), await signed(command, checked.endpoint)];
  for (const [at, sent] of [
    [unchecked.endpoint, plain],
    [checked.endpoint, verified],
  ] as const) {
    const status = await send(at, sent);
    if (status !== 200) throw new Error(`the gateway answers ${status}`);
  }
  const engineMs: number[] = [];
  const unverifiedMs: number[] = [];
  const gatewayMs: number[] = [];
  // In turn, so that whatever else the machine does falls on all three alike; the first tenth warms up.
  for (let i = 0; i < calls * 1.1; i++) {
    const taken = [
      await timed(inside),
      await timed(() => send(unchecked.endpoint, plain)),
      await timed(() => send(checked.endpoint, verified)),
    ];
    if (i < calls / 10) continue;
    for (const [at, list] of [engineMs, unverifiedMs, gatewayMs].entries()) list.push(taken[at] ?? 0);
  }
  const of = (samples: readonly number[]) => ({ p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) });
  const [engine, unverified, gateway] = [of(engineMs), of(unverifiedMs), of(gatewayMs)];
  return {
    engineMs: engine,
    overHttpUncheckedMs: unverified,
    throughGatewayMs: gateway,
    overheadMs: { p50: Number((gateway.p50 - engine.p50).toFixed(4)), p99: Number((gateway.p99 - engine.p99).toFixed(4)) },
    signatureAndIamMs: { p50: Number((gateway.p50 - unverified.p50).toFixed(4)) },
    ratio: Number((gateway.p50 / engine.p50).toFixed(1)),
  };
};

try {
  const byCall: Record<string, Awaited<ReturnType<typeof measure>>> = {};
  for (const one of cases) byCall[one.name] = await measure(one);
  const worst = Math.max(...Object.values(byCall).map(({ overheadMs }) => overheadMs.p50));
  const result = { calls, medianOverheadMs: worst, limitMs: MAX_MEDIAN_OVERHEAD_MS, byCall };
  const provenance = provenanceOf('bodies of 600 bytes', MessageBody, 'one call after the other, engine and gateway in turn');
  const recorded = JSON.stringify({ ...provenance, ...result }, null, 2);
  if (flags.record) await writeFile(join(import.meta.dirname, 'results/gateway.json'), `${recorded}\n`);
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${recorded}\n`);
  if (worst >= MAX_MEDIAN_OVERHEAD_MS) process.exitCode = 1;
} finally {
  agent.destroy();
  await Promise.all([unchecked.close(), checked.close()]);
  dynamoDb.close();
  sqs.close();
}
