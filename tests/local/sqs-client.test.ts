import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { startWallClock } from '../../local/clock.ts';
import type { Gateway } from '../../local/gateway.ts';
import { createSqs } from '../../local/sqs.ts';
import { accountId, clientConfig, region, startTestGateway } from './gateway-fixture.ts';

let gateway: Gateway | undefined;
afterEach(() => gateway?.close());

test('the SDK sends, receives, changes and deletes through the gateway, its digests satisfied', async () => {
  gateway = await startTestGateway();
  const { endpoint } = gateway;
  const sqs = createSqs({ clock: startWallClock(), region, accountId, endpoint: () => endpoint });
  gateway.register(sqs);
  const { url, arn } = sqs.createQueue({ name: 'tickets', properties: {} });
  const client = new SQSClient(clientConfig(endpoint));

  const poll = client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      WaitTimeSeconds: 20,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: 'first ✓',
      MessageAttributes: {
        name: { DataType: 'String', StringValue: 'ü' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
      },
    }),
  );
  const { Messages: first } = await poll;
  expect(first).toMatchObject([
    {
      Body: 'first ✓',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { name: { StringValue: 'ü' }, bytes: { BinaryValue: new Uint8Array([1, 2, 3]) } },
    },
  ]);

  const { Successful } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries: [1, 2].map((n) => ({ Id: `${n}`, MessageBody: `batch ${n}` })) }),
  );
  expect(Successful).toHaveLength(2);
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  await client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: Messages[0]?.ReceiptHandle, VisibilityTimeout: 60 }),
  );
  await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: url,
      Entries: [...Messages, ...(first ?? [])].map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle })),
    }),
  );

  expect(sqs.inspect(arn)).toEqual({ visible: 0, delayed: 0, inFlight: 0, messages: 0 });
});
