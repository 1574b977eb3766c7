import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { folderOf, removeFolders } from './support/function-folder.ts';
import { synthesizeLibrary } from './support/library-app.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const midnightMs = Date.parse('2026-03-02T00:00:00Z');

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const startLibrary = async (grants: 'all' | 'none-on-table' = 'all') => {
  const assembly = synthesizeLibrary(folderOf({}), { grants });
  const cloud = await startLocalCloud({ assembly, port: 0, clock: startSteppedClock(midnightMs) });
  open.push(cloud);
  const client = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials('librarian') };
  const outputs = cloud.outputs['library'] ?? {};
  const borrow = (book: string, days: number) =>
    new EventBridgeClient(client).send(
      new PutEventsCommand({
        Entries: [{ Source: 'library.desk', DetailType: 'Borrowed', Detail: JSON.stringify({ book, reader: 'Astrid', days }) }],
      }),
    );
  const loanOf = async (book: string) => {
    const read = new GetItemCommand({ TableName: outputs['Loans'], Key: { book: { S: book } } });
    return (await new DynamoDBClient(client).send(read)).Item;
  };
  const receive = async () => {
    const { Messages = [] } = await new SQSClient(client).send(
      new ReceiveMessageCommand({ QueueUrl: outputs['Letters'], MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = '' }) => (JSON.parse(Body) as { Message: string }).Message);
  };
  return { cloud, client, outputs, borrow, loanOf, receive };
};

describe('a CDK app of another domain', () => {
  test('keeps what the rule lets through, in its table and its bucket', async () => {
    const { cloud, client, outputs, borrow, loanOf } = await startLibrary();
    await borrow('Momo', 14);
    await borrow('Ronja', 0);
    await cloud.idle();
    expect(await loanOf('Momo')).toEqual({
      book: { S: 'Momo' },
      reader: { S: 'Astrid' },
      due: { N: String((midnightMs + 14 * dayMs) / 1000) },
    });
    expect(await loanOf('Ronja')).toBeUndefined();
    const s3 = new S3Client(client);
    const receipt = await s3.send(new GetObjectCommand({ Bucket: outputs['Receipts'], Key: 'loans/Momo.txt' }));
    expect(await receipt.Body?.transformToString()).toBe('Astrid has Momo');
  });

  test('puts a message that its function cannot read into the dead-letter queue', async () => {
    const { cloud, client, outputs } = await startLibrary();
    await new SQSClient(client).send(new SendMessageCommand({ QueueUrl: outputs['Desk'], MessageBody: 'not JSON' }));
    await cloud.runFor(5 * 60_000);
    expect(cloud.engines.sqs.inspect(outputs['UnreadableArn'] ?? '').visible).toBe(1);
  });

  test('reminds readers of overdue books on the morning that its schedule says, after retries', async () => {
    const { cloud, client, outputs, borrow, loanOf, receive } = await startLibrary();
    await borrow('Momo', 1);
    await borrow('Pippi', 1);
    await borrow('Emil', 30);
    await cloud.runUntil(midnightMs + dayMs + 8 * hourMs);
    cloud.faults.add({ service: 'sns', action: 'Publish', times: 1, fault: { kind: 'throttle' } });
    await cloud.runUntil(midnightMs + dayMs + 9 * hourMs - 1);
    expect(await receive()).toEqual([]);
    await cloud.runFor(hourMs);
    expect((await receive()).toSorted()).toEqual(['Astrid, please bring back Momo', 'Astrid, please bring back Pippi']);
    expect((await loanOf('Momo'))?.['reminded']).toEqual({ BOOL: true });
    expect((await loanOf('Emil'))?.['reminded']).toBeUndefined();

    const sfn = new SFNClient(client);
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs['Machine'] }));
    const described = await Promise.all(
      executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
    );
    expect(
      described.map(({ status, startDate, stopDate }) => [status, startDate?.toISOString(), stopDate?.toISOString()]),
    ).toEqual([
      ['SUCCEEDED', '2026-03-03T07:00:00.000Z', '2026-03-03T09:00:05.000Z'],
      ['SUCCEEDED', '2026-03-02T07:00:00.000Z', '2026-03-02T07:00:00.000Z'],
    ]);
  });

  test('has its custom resource created, and its bucket emptied with the stack', async () => {
    const { cloud, client, outputs, borrow } = await startLibrary();
    expect(outputs['Sign']).toBe('Uppsala library');
    await borrow('Momo', 14);
    await cloud.idle();
    const objects = async () => {
      const list = new ListObjectsV2Command({ Bucket: outputs['Receipts'] });
      return (await new S3Client(client).send(list)).KeyCount;
    };
    expect(await objects()).toBe(1);
    await cloud.destroy();
    expect(await objects()).toBe(0);
  });

  test('whose function was granted nothing on the table is refused there by name, and loses no loan', async () => {
    const { cloud, outputs, borrow, loanOf } = await startLibrary('none-on-table');
    await borrow('Momo', 14);
    await cloud.runFor(5 * 60_000);
    const [refusal] = cloud.iam.refusals();
    expect(refusal).toMatchObject({ action: 'dynamodb:PutItem', resource: expect.stringContaining(outputs['Loans'] ?? '-') });
    expect(refusal?.caller).toMatch(/^KeepLoans/);
    expect(await loanOf('Momo')).toBeUndefined();
    expect(cloud.engines.sqs.inspect(outputs['UnreadableArn'] ?? '').visible).toBe(1);
  });
});
