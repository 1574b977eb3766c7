import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { dynamoDbQuarantine } from '../../../adapters/dynamodb/quarantine.ts';
import { s3Texts } from '../../../adapters/s3/texts.ts';
import type { QuarantineRecord } from '../../../core/ports.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { QUARANTINE_TABLE } from '../../support/table-definitions.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { NOW_MS, ticketEvent } from '../../support/ticket-events.ts';

const record = (body: string): QuarantineRecord => ({
  messageId: 'm-1',
  queue: 'tickets',
  reason: { code: 'not-json', sentence: 'The message is not JSON.' },
  body,
  receivedAtMs: NOW_MS,
});

const start = async () => {
  const { config } = await startJourneyCloud();
  const client = new DynamoDBClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const texts = s3Texts({ client: s3, bucket: DATA_BUCKET });
  const quarantine = dynamoDbQuarantine({ client, tableName: QUARANTINE_TABLE, texts, retentionDays: 90 });
  const items = async () => (await client.send(new ScanCommand({ TableName: QUARANTINE_TABLE }))).Items ?? [];
  const object = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key: key }));
    return Body?.transformToString();
  };
  return { quarantine, items, object };
};

test('a message is kept with its reason, once however often it is kept', async () => {
  const { quarantine, items } = await start();
  await quarantine.keep(record('{'));
  await quarantine.keep(record('{'));
  expect(await items()).toEqual([
    {
      pk: { S: 'quarantine#m-1' },
      sk: { S: 'record' },
      messageId: { S: 'm-1' },
      queue: { S: 'tickets' },
      code: { S: 'not-json' },
      reason: { S: 'The message is not JSON.' },
      body: { S: '{' },
      receivedAt: { S: new Date(NOW_MS).toISOString() },
      expiresAt: { N: String(NOW_MS / 1_000 + 90 * 86_400) },
    },
  ]);
});

test.each([
  ['an event', ticketEvent({ data: { body: 'Hello,\n4111 1111 1111 1111\n07700 900123\njane@example.com' } })],
  [
    'an event that was cut off',
    ticketEvent({ data: { body: 'Hello,\n4111 1111 1111 1111\n07700 900123\njane@example.com' } }).slice(0, -2),
  ],
  ['a long text', `${'x '.repeat(40_000)}4111 1111 1111 1111 07700 900123 jane@example.com`],
])('nothing private of %s is stored', async (_, body) => {
  const { quarantine, items, object } = await start();
  await quarantine.keep(record(body));
  const [item] = await items();
  const ref = item?.['bodyRef']?.S;
  const stored = JSON.stringify(item) + (ref === undefined ? '' : await object(ref));
  expect(stored).toContain('[card]');
  for (const part of ['4111', '07700', '900123', 'jane@']) expect(stored).not.toContain(part);
});

test('a long message lies as a whole beside the table, with its beginning in it', async () => {
  const { quarantine, items, object } = await start();
  const body = `x${'🚲'.repeat(20_000)}`;
  await quarantine.keep(record(body));
  const [item] = await items();
  expect(item).toMatchObject({ bodyRef: { S: 'quarantine/tickets/m-1.txt' }, body: { S: `x${'🚲'.repeat(499)}` } });
  expect(await object('quarantine/tickets/m-1.txt')).toBe(body);
});

test('a text is kept under its reference as it is', async () => {
  const { config } = await startJourneyCloud();
  const client = new S3Client({ ...config, forcePathStyle: true });
  const ref = 'texts/T%2F1/0000000001#2026-11-22T09:00:00.000Z.txt';
  const texts = s3Texts({ client, bucket: DATA_BUCKET });
  await texts.keep(ref, 'Grüße 🚲');
  await texts.keep(ref, 'Grüße 🚲');
  const { Body } = await client.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key: ref }));
  expect(await Body?.transformToString()).toBe('Grüße 🚲');
});
