import { describe, expect, test } from 'vitest';
import { startSteppedClock, type Clock } from '../../local/clock.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { createS3 } from '../../local/s3/s3.ts';
import type { Service } from '../../local/service.ts';
import { createSqs } from '../../local/sqs.ts';
import type { State } from '../../local/state/state.ts';
import { NOTES } from './dynamodb-fixture.ts';
import { acrossRuns, place } from './support/state-folder.ts';

const START_MS = Date.UTC(2026, 0, 15, 12, 0, 0);
const caller = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };

type Input = Readonly<Record<string, unknown>>;

const callsOf =
  (service: Service) =>
  (action: string, input: Input): Promise<Record<string, unknown>> =>
    service.call({ caller, service: service.name, action, input });

describe('queues', () => {
  const url = 'http://127.0.0.1:1/000000000000/tickets';
  const startQueues = (state: State, atMs = START_MS) => {
    const clock = startSteppedClock(atMs);
    const sqs = createSqs({ clock, ...place, endpoint: () => 'http://127.0.0.1:1', state });
    const dead = sqs.createQueue({ name: 'dead', properties: {} });
    const properties = { RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }, VisibilityTimeout: 60 };
    const { arn } = sqs.createQueue({ name: 'tickets', properties });
    const call = callsOf(sqs);
    const send = (MessageBody: string, more: Input = {}) => call('SendMessage', { QueueUrl: url, MessageBody, ...more });
    const receive = async (QueueUrl = url) =>
      ((await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] }))['Messages'] ??
        []) as readonly {
        readonly MessageId: string;
        readonly ReceiptHandle: string;
        readonly Body: string;
        readonly Attributes: Readonly<Record<string, string>>;
      }[];
    return { clock, sqs, arn, dead, call, send, receive };
  };

  test('keep what is visible in its order, what is delayed and what is in flight, each with its times and counts', async () => {
    let handle = '';
    await acrossRuns(
      async (state) => {
        const { send, receive } = startQueues(state);
        await send('taken');
        handle = (await receive())[0]?.ReceiptHandle ?? '';
        await send('first');
        await send('second', { MessageAttributes: { kind: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) } } });
        await send('later', { DelaySeconds: 30 });
      },
      async (state) => {
        const { clock, sqs, arn, call, receive } = startQueues(state, START_MS + 10_000);
        expect(sqs.inspect(arn)).toEqual({ visible: 2, delayed: 1, inFlight: 1, messages: 4 });
        const visible = await receive();
        expect(visible.map(({ Body }) => Body)).toEqual(['first', 'second']);
        expect(visible[0]?.Attributes).toMatchObject({ SentTimestamp: String(START_MS), ApproximateReceiveCount: '1' });
        await clock.advance(20_000);
        expect((await receive()).map(({ Body }) => Body)).toEqual(['later']);
        await call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 0 });
        const [taken] = await receive();
        expect(taken).toMatchObject({ Body: 'taken', Attributes: { ApproximateReceiveCount: '2' } });
        await call('DeleteMessage', { QueueUrl: url, ReceiptHandle: taken?.ReceiptHandle });
        expect(sqs.inspect(arn).messages).toBe(3);
      },
    );
  });

  test('keep dead letters where they went, and nothing of what was deleted or has expired', async () => {
    await acrossRuns(
      async (state) => {
        const { clock, call, send, receive } = startQueues(state);
        await send('poison');
        for (let i = 0; i < 2; i++) {
          await receive();
          await clock.advance(60_000);
        }
        await receive();
        await send('done');
        const [done] = await receive();
        await call('DeleteMessage', { QueueUrl: url, ReceiptHandle: done?.ReceiptHandle });
      },
      async (state) => {
        const { clock, sqs, arn, dead, receive } = startQueues(state, START_MS + 120_000);
        expect(sqs.inspect(arn).messages).toBe(0);
        expect((await receive(dead.url))[0]).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn } });
        await clock.advance(4 * 86_400_000);
        expect(sqs.inspect(dead.arn).messages).toBe(0);
      },
    );
  });

  test('go on with a redrive that was under way', async () => {
    await acrossRuns(
      async (state) => {
        const { call, send, receive, dead, clock } = startQueues(state);
        for (const body of ['a', 'b', 'c']) await send(body);
        for (let i = 0; i < 3; i++) {
          await receive();
          await clock.advance(60_000);
        }
        await call('StartMessageMoveTask', { SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 });
      },
      async (state) => {
        const { call, clock, sqs, arn, dead } = startQueues(state, START_MS + 180_000);
        state.release();
        await state.released;
        await clock.advance(5_000);
        expect(sqs.inspect(dead.arn).messages).toBe(0);
        expect(sqs.inspect(arn).visible).toBe(3);
        expect((await call('ListMessageMoveTasks', { SourceArn: dead.arn }))['Results']).toMatchObject([
          { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 3 },
        ]);
      },
    );
  });
});

describe('tables', () => {
  const startTable = (state: State, properties: Input = NOTES, clock: Clock = startSteppedClock(START_MS)) => {
    const dynamodb = createDynamoDb({ clock, ...place, state });
    dynamodb.createTable({ name: 'notes', properties });
    const call = callsOf(dynamodb);
    const put = (number: number, more: Input = {}) =>
      call('PutItem', { TableName: 'notes', Item: { author: { S: '\uD800 half' }, number: { N: String(number) }, ...more } });
    const all = async () => (await call('Scan', { TableName: 'notes' }))['Items'] as readonly Input[];
    return { clock, call, put, all };
  };

  test('keep their items and indexes through puts, updates, transactions and deletions', async () => {
    const key = (number: number) => ({ author: { S: '\uD800 half' }, number: { N: String(number) } });
    await acrossRuns(
      async (state) => {
        const { call, put } = startTable(state);
        for (let i = 0; i < 5; i++) await put(i, { topic: { S: 'old' }, bytes: { B: 'AP8=' }, sets: { NS: ['1', '2.50'] } });
        await call('DeleteItem', { TableName: 'notes', Key: key(0) });
        const update = { UpdateExpression: 'SET topic = :t', ExpressionAttributeValues: { ':t': { S: 'new' } } };
        await call('UpdateItem', { TableName: 'notes', Key: key(1), ...update });
        await call('TransactWriteItems', {
          ClientRequestToken: 'once',
          TransactItems: [
            { Update: { TableName: 'notes', Key: key(2), ...update } },
            { Delete: { TableName: 'notes', Key: key(3) } },
          ],
        });
      },
      async (state) => {
        const { call, all } = startTable(state);
        expect((await all()).map(({ number, topic }) => [number, topic])).toEqual([
          [{ N: '1' }, { S: 'new' }],
          [{ N: '2' }, { S: 'new' }],
          [{ N: '4' }, { S: 'old' }],
        ]);
        expect((await all())[2]).toMatchObject({ bytes: { B: 'AP8=' }, sets: { NS: ['1', '2.5'] } });
        const indexed = await call('Query', {
          TableName: 'notes',
          IndexName: (NOTES.GlobalSecondaryIndexes[0] as { IndexName: string }).IndexName,
          KeyConditionExpression: 'topic = :t',
          ExpressionAttributeValues: { ':t': { S: 'new' } },
        });
        expect(indexed['Count']).toBe(2);
        await expect(
          call('TransactWriteItems', {
            ClientRequestToken: 'once',
            TransactItems: [{ Delete: { TableName: 'notes', Key: key(4) } }],
          }),
        ).rejects.toThrow('ClientRequestToken');
      },
    );
  });

  test('items expire in a later run, and what has expired stays away', async () => {
    const expiring = { ...NOTES, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } };
    const folderRuns = acrossRuns(
      async (state) => {
        const { clock, put } = startTable(state, expiring);
        await put(1, { ttl: { N: String(START_MS / 1000 + 10) } });
        await put(2, { ttl: { N: String(START_MS / 1000 + 3600) } });
        await clock.advance(120_000);
      },
      async (state) => {
        const { clock, all } = startTable(state, expiring, startSteppedClock(START_MS + 120_000));
        expect((await all()).map(({ number }) => number)).toEqual([{ N: '2' }]);
        await clock.advance(3_600_000);
        expect(await all()).toEqual([]);
      },
    );
    await folderRuns;
  });

  test('a table whose keys have changed is refused with what AWS would do', async () => {
    const other = {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'isbn', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'isbn', KeyType: 'HASH' }],
    };
    await acrossRuns(
      (state) => startTable(state).put(1),
      (state) => expect(() => startTable(state, other)).toThrow(/items of table notes.*AWS would replace the table/),
    );
  });
});

describe('buckets', () => {
  const startBucket = (state: State, properties: Input = {}, atMs = START_MS) => {
    const clock = startSteppedClock(atMs);
    const s3 = createS3({ clock, state });
    s3.createBucket({ name: 'files', properties });
    const calls = callsOf(s3);
    const call = (action: string, input: Input) => calls(action, { Bucket: 'files', ...input });
    const bodyOf = async (Key: string) => Buffer.from((await call('GetObject', { Key }))['Body'] as Uint8Array);
    return { clock, s3, call, bodyOf };
  };

  test('keep objects with their bytes, headers, metadata, tags and times', async () => {
    const bytes = Buffer.from([0, 1, 254, 255]);
    await acrossRuns(
      async (state) => {
        const { call } = startBucket(state);
        await call('PutObject', { Key: 'a', Body: bytes, ContentType: 'x/y', Metadata: { by: 'me' }, Tagging: 'k=v' });
        await call('PutObject', { Key: 'b', Body: Buffer.from('old') });
        await call('PutObject', { Key: 'b', Body: Buffer.from('new') });
        await call('PutObjectTagging', { Key: 'b', Tagging: { TagSet: [{ Key: 'k', Value: 'w' }] } });
        await call('PutObject', { Key: 'c', Body: Buffer.from('gone') });
        await call('DeleteObject', { Key: 'c' });
      },
      async (state) => {
        const { s3, call, bodyOf } = startBucket(state, {}, START_MS + 1000);
        expect(s3.inspect('files').map(({ key }) => key)).toEqual(['a', 'b']);
        expect(await bodyOf('a')).toEqual(bytes);
        expect(await call('HeadObject', { Key: 'a' })).toMatchObject({
          ContentType: 'x/y',
          Metadata: { by: 'me' },
          TagCount: 1,
          LastModified: START_MS / 1000,
        });
        expect((await bodyOf('b')).toString()).toBe('new');
        expect((await call('GetObjectTagging', { Key: 'b' }))['TagSet']).toEqual([{ Key: 'k', Value: 'w' }]);
      },
    );
  });

  test('go on with a multipart upload', async () => {
    let UploadId: unknown;
    const part = Buffer.alloc(5 * 1024 ** 2, 'x');
    const etags: unknown[] = [];
    await acrossRuns(
      async (state) => {
        const { call } = startBucket(state);
        ({ UploadId } = await call('CreateMultipartUpload', { Key: 'big', ContentType: 'x/y' }));
        etags.push((await call('UploadPart', { Key: 'big', UploadId, PartNumber: 1, Body: part }))['ETag']);
      },
      async (state) => {
        const { call, bodyOf } = startBucket(state);
        etags.push((await call('UploadPart', { Key: 'big', UploadId, PartNumber: 2, Body: Buffer.from('end') }))['ETag']);
        const Parts = etags.map((ETag, i) => ({ PartNumber: i + 1, ETag }));
        await call('CompleteMultipartUpload', { Key: 'big', UploadId, MultipartUpload: { Parts } });
        expect((await bodyOf('big')).subarray(-4).toString()).toBe('xend');
        await expect(call('AbortMultipartUpload', { Key: 'big', UploadId })).rejects.toThrow('upload does not exist');
      },
    );
  });

  test('objects expire in a later run', async () => {
    const properties = { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 1 }] } };
    await acrossRuns(
      async (state) => void (await startBucket(state, properties).call('PutObject', { Key: 'a', Body: Buffer.from('x') })),
      async (state) => {
        const { clock, s3 } = startBucket(state, properties, START_MS + 3_600_000);
        expect(s3.inspect('files')).toHaveLength(1);
        await clock.advance(2 * 86_400_000);
        expect(s3.inspect('files')).toEqual([]);
      },
    );
  });
});
