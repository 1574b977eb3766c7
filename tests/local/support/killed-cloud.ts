import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished } from 'vitest';
import { seededRandom } from '../../../local/faults/seeded.ts';
import { arnOf, queue, table } from './app-parts.ts';
import { removeFolders } from './function-folder.ts';
import { stateFolder } from './state-folder.ts';
import { functionResources, roleFor, writtenAssembly } from './written-assembly.ts';

const keep = `
  import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = async ({ Records }) => {
    for (const { body } of Records) await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: body } } }));
  };`;

/** Everything that a call can set in motion: a polled queue, a rule, a state machine; and what just lies there. */
const app = {
  code: { keep: { 'index.mjs': keep } },
  resources: {
    Plain: queue(),
    Work: queue({ VisibilityTimeout: 5 }),
    Events: queue({ VisibilityTimeout: 0 }),
    Letters: queue({ VisibilityTimeout: 0 }),
    Table: table(),
    Kept: table(),
    Bucket: { Type: 'AWS::S3::Bucket' },
    ...functionResources('Keep', 'keep', { Timeout: 5, Environment: { Variables: { TABLE: { Ref: 'Kept' } } } }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('Work'), FunctionName: { Ref: 'Keep' } },
    },
    EventsPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Events' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*', Principal: { Service: 'events.amazonaws.com' } },
          ],
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['test'] }, Targets: [{ Id: 'q', Arn: arnOf('Events'), InputPath: '$.detail.id' }] },
    },
    MachineRole: roleFor('states.amazonaws.com'),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      DependsOn: ['MachineRole'],
      Properties: {
        RoleArn: arnOf('MachineRole'),
        Definition: {
          StartAt: 'Wait',
          States: {
            Wait: { Type: 'Wait', Seconds: 1, Next: 'Send' },
            Send: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage',
              Parameters: { QueueUrl: { Ref: 'Letters' }, 'MessageBody.$': '$$.Execution.Name' },
              End: true,
            },
          },
        },
      },
    },
  },
  outputs: Object.fromEntries(
    ['Plain', 'Work', 'Events', 'Letters', 'Table', 'Kept', 'Bucket', 'Machine'].map((id) => [id, { Value: { Ref: id } }]),
  ),
};

interface Access {
  readonly endpoint: string;
  readonly region: string;
  readonly outputs: { readonly app: Readonly<Record<string, string>> };
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const startProcess = async (assembly: string, state: string) => {
  const child: ChildProcess = fork(new URL('cloud-process.ts', import.meta.url), [assembly, state], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the cloud's process ended by itself with code ${String(code)}`);
  });
  const [access] = (await Promise.race([once(child, 'message'), died])) as [Access];
  died.catch(() => undefined);
  const options = { endpoint: access.endpoint, region: access.region, credentials: access.credentials, maxAttempts: 1 };
  const clients = {
    sqs: new SQSClient(options),
    dynamoDb: new DynamoDBClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    events: new EventBridgeClient(options),
    states: new SFNClient(options),
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, outputs: access.outputs.app, kill };
};

type Cloud = Awaited<ReturnType<typeof startProcess>>;

/** What the cloud has answered, and what was asked without an answer. */
const createLedger = () => ({
  plain: new Set<string>(),
  /** Sent, perhaps without effect, and so perhaps there. */
  tried: new Set<string>(),
  deleted: new Set<string>(),
  /** Asked to be deleted, perhaps without an answer, and so perhaps gone. */
  deleting: new Set<string>(),
  work: new Set<string>(),
  events: new Set<string>(),
  executions: new Map<string, string>(),
  items: new Set<string>(),
  objects: new Set<string>(),
});
type Ledger = ReturnType<typeof createLedger>;

/** Each does one call or two, and notes in the ledger what was acknowledged. */
const deeds: readonly ((cloud: Cloud, ledger: Ledger, id: string) => Promise<void>)[] = [
  async ({ sqs, outputs }, { plain, tried }, id) => {
    tried.add(id);
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['Plain'], MessageBody: id }));
    plain.add(id);
  },
  async ({ sqs, outputs }, { deleted, deleting }) => {
    const QueueUrl = outputs['Plain'];
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }));
    const message = Messages?.[0];
    if (!message?.Body) return;
    deleting.add(message.Body);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    deleted.add(message.Body);
  },
  async ({ sqs, outputs }, { work }, id) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['Work'], MessageBody: id }));
    work.add(id);
  },
  async ({ events }, ledger, id) => {
    await events.send(new PutEventsCommand({ Entries: [{ Source: 'test', DetailType: 't', Detail: JSON.stringify({ id }) }] }));
    ledger.events.add(id);
  },
  async ({ states, outputs }, { executions }, id) => {
    const { executionArn = '' } = await states.send(new StartExecutionCommand({ stateMachineArn: outputs['Machine'], name: id }));
    executions.set(id, executionArn);
  },
  async ({ dynamoDb, outputs }, { items }, id) => {
    await dynamoDb.send(
      new PutItemCommand({ TableName: outputs['Table'], Item: { id: { S: id }, text: { S: id.repeat(200) } } }),
    );
    items.add(id);
  },
  async ({ s3, outputs }, { objects }, id) => {
    await s3.send(new PutObjectCommand({ Bucket: outputs['Bucket'], Key: id, Body: id.repeat(500) }));
    objects.add(id);
  },
];

const WORKERS = 4;

/** Does one thing after the other until the cloud is gone. */
const work = async (cloud: Cloud, ledger: Ledger, random: () => number, name: string): Promise<void> => {
  for (let i = 0; ; i++) {
    const deed = deeds[Math.floor(random() * deeds.length)];
    try {
      await deed?.(cloud, ledger, `${name}-${i}`);
    } catch (error) {
      // A cloud that is killed answers nobody; one that lives may refuse nothing of this.
      if (error instanceof Error && '$metadata' in error && (error.$metadata as { httpStatusCode?: number }).httpStatusCode)
        throw error;
      return;
    }
  }
};

const drain = async ({ sqs }: Cloud, QueueUrl: string | undefined): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
};

/** All that was acknowledged is there or has had its effect, and nothing else came about. */
const check = async (cloud: Cloud, ledger: Ledger): Promise<void> => {
  const { dynamoDb, s3, states, outputs } = cloud;
  for (const id of ledger.items) {
    const put = new PutItemCommand({
      TableName: outputs['Table'],
      Item: { id: { S: id } },
      ConditionExpression: 'attribute_not_exists(id)',
    });
    await expect(dynamoDb.send(put)).rejects.toThrow(ConditionalCheckFailedException);
  }
  for (const Key of ledger.objects) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs['Bucket'], Key }));
    expect(await Body?.transformToString()).toBe(Key.repeat(500));
  }
  const keptIds = async (): Promise<readonly string[]> => {
    const there = await Promise.all(
      Array.from(
        ledger.work,
        async (id) => (await dynamoDb.send(new GetItemCommand({ TableName: outputs['Kept'], Key: { id: { S: id } } }))).Item,
      ),
    );
    return there.flatMap((item) => item?.['id']?.S ?? []);
  };
  await expect.poll(keptIds, { timeout: 20_000, interval: 250 }).toEqual([...ledger.work]);
  const statuses = () =>
    Promise.all(
      Array.from(
        ledger.executions.values(),
        async (executionArn) => (await states.send(new DescribeExecutionCommand({ executionArn }))).status,
      ),
    );
  await expect.poll(statuses, { timeout: 20_000, interval: 250 }).toEqual(Array.from(ledger.executions, () => 'SUCCEEDED'));
  const letters = await drain(cloud, outputs['Letters']);
  expect(letters).toEqual(expect.arrayContaining([...ledger.executions.keys()]));
  expect(new Set(letters).size).toBe(letters.length);
  const events = (await drain(cloud, outputs['Events'])).map((body) => JSON.parse(body) as string);
  expect(events).toEqual(expect.arrayContaining([...ledger.events]));
  expect(new Set(events).size).toBe(events.length);
  const plain = await drain(cloud, outputs['Plain']);
  expect(plain).toEqual(expect.arrayContaining([...ledger.plain].filter((id) => !ledger.deleting.has(id))));
  expect(plain.filter((id) => ledger.deleted.has(id) || !ledger.tried.has(id))).toEqual([]);
};

/** Kills a working cloud so many times, each time after a while that the seed says, and checks what is left of its work. */
export const killAndCheck = async (kills: number, seed: number): Promise<number> => {
  onTestFinished(removeFolders);
  const random = seededRandom(seed);
  const [assembly, state] = [writtenAssembly(app), stateFolder()];
  const ledger = createLedger();
  for (let run = 0; run < kills; run++) {
    const cloud = await startProcess(assembly, state);
    const working = Promise.all(Array.from({ length: WORKERS }, (_, i) => work(cloud, ledger, random, `r${run}-${i}`)));
    await sleep(50 + Math.floor(random() * 700));
    await cloud.kill();
    await working;
  }
  const cloud = await startProcess(assembly, state);
  // What a worker had received when its cloud died is visible again after a second.
  await sleep(1_000);
  await check(cloud, ledger);
  await cloud.kill();
  return [ledger.plain, ledger.work, ledger.events, ledger.executions, ledger.items, ledger.objects].reduce(
    (sum, { size }) => sum + size,
    0,
  );
};
