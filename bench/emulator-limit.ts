import { BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';

/** Calls that are under way at a time: enough to keep the gateway busy. */
const CONCURRENCY = 16;
const CALLS = 4_000;

/**
 * Wall milliseconds that one AWS call costs when nothing but the gateway and the engines is at work: the mix of writes, reads
 * and queue calls that a ticket makes, by the real SDK over HTTP, from the process that also runs the emulators.
 */
export const emulatorCallMs = async (cloud: LocalCloud): Promise<number> => {
  const config = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials('operator') };
  const dynamoDb = new DynamoDBClient(config);
  const sqs = new SQSClient(config);
  const outputs: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(cloud.outputs));
  const TableName = outputs['TicketsTable'] ?? '';
  const { url: QueueUrl } = cloud.engines.sqs.createQueue({ name: 'emulator-limit', properties: {} });
  const body = 'x'.repeat(600);

  const put = (i: number): Promise<unknown> =>
    dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: `limit#${i}` }, sk: { S: 'item' }, text: { S: body } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  const read = (i: number): Promise<unknown> =>
    dynamoDb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: { Keys: Array.from({ length: 10 }, (_, j) => ({ pk: { S: `limit#${i - j}` }, sk: { S: 'item' } })) },
        },
      }),
    );
  const queue = async (i: number): Promise<void> => {
    const Entries = Array.from({ length: 10 }, (_, j) => ({ Id: String(j), MessageBody: `${i} ${body}` }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return;
    const received = Messages.map(({ ReceiptHandle }, j) => ({ Id: String(j), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: received }));
  };

  let calls = 0;
  const work = async (worker: number): Promise<void> => {
    for (let i = worker; calls < CALLS; i += CONCURRENCY) {
      // Out of eight calls five write, and three of each hundred and twenty are a queue's: about what a ticket does.
      await put(i);
      calls += 1;
      if (i % 10 === 0) {
        await read(i);
        await queue(i);
        calls += 4;
      }
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, (_, worker) => work(worker)));
  const ms = performance.now() - startedAt;
  dynamoDb.destroy();
  sqs.destroy();
  return ms / calls;
};
