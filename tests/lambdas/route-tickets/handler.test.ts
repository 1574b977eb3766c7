import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import { MODELS_TABLE, QUARANTINE_TABLE, TICKETS_TABLE } from '../../support/table-definitions.ts';
import { loadJourneyFunction, startFunctionCloud } from '../../support/journey-function.ts';
import { ticketEvent } from '../../support/ticket-events.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const PRIVATE = 'I am jane@example.com, my card is 4111 1111 1111 1111. Where is my refund?';
const now = (): string => new Date().toISOString();

/** A routing model that is sure of everything. */
const answer = ({ Body }: Readonly<Record<string, unknown>>): unknown => {
  const { instances } = JSON.parse(new TextDecoder().decode(Body as Uint8Array)) as { instances: readonly { id: string }[] };
  return {
    model: { name: 'routing', version: '1' },
    predictions: instances.map(({ id }) => ({
      id,
      heads: { team: { label: 'billing', probability: 0.9, alternatives: [], known: true } },
      embedding: 'AAAAAA==',
      embeddingSpace: 'tests',
    })),
  };
};

const start = async ({ promoted }: { readonly promoted: boolean }) => {
  const cloud = await startFunctionCloud(answer);
  const client = new DynamoDBClient(cloud.config);
  const promote = async (): Promise<void> => {
    const Item = {
      pk: { S: 'pointer' },
      sk: { S: 'routing' },
      revision: { N: '1' },
      champion: { N: '1' },
      previous: { NULL: true },
      challenger: { NULL: true },
    };
    await client.send(new PutItemCommand({ TableName: MODELS_TABLE, Item }));
  };
  if (promoted) await promote();
  const { deliver, output } = await loadJourneyFunction(cloud, () => import('../../../lambdas/route-tickets/handler.ts'));
  const items = async (table: string) => (await client.send(new ScanCommand({ TableName: table }))).Items ?? [];
  return { ...cloud, deliver, output, items };
};

test('a ticket is decided, stored and published; poison is quarantined; nothing goes back', async () => {
  const { deliver, bus, items, output, sqs } = await start({ promoted: true });
  expect(await deliver('tickets', [ticketEvent({ time: now(), data: { body: PRIVATE } }), '{'])).toEqual([]);
  expect(
    (await items(TICKETS_TABLE)).map(({ sk }) => sk?.S?.split('#')[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
  ).toEqual(['decision', 'receipt', 'state']);
  expect(await items(QUARANTINE_TABLE)).toMatchObject([{ code: { S: 'not-json' } }]);
  expect(bus.asked).toHaveLength(1);
  expect(sqs.asked).toEqual([]);
  expect(output()).toContain('"TicketsRouted"');
});

test('nothing private is stored, published, sent or logged', async () => {
  const { deliver, bus, items, output, sqs, endpoints } = await start({ promoted: true });
  const time = now();
  await deliver('tickets', [
    ticketEvent({ time, data: { body: PRIVATE, requester: 'jane@example.com' } }),
    ticketEvent({ time, data: { body: `Another, ${PRIVATE}` } }),
    ticketEvent({ type: PRIVATE }),
    `{"body":"\\n4111 1111 1111 1111\\njane@example.com`,
  ]);
  const texts = endpoints.asked.map(({ input }) => new TextDecoder().decode(input['Body'] as Uint8Array));
  const everything =
    JSON.stringify([await items(TICKETS_TABLE), await items(QUARANTINE_TABLE), bus.asked, sqs.asked, texts]) + output();
  expect(await items(QUARANTINE_TABLE)).toHaveLength(3);
  expect(everything).toContain('[email]');
  for (const part of ['jane@', '4111']) expect(everything).not.toContain(part);
  expect(output()).not.toContain('Where is my refund');
});

test('a ticket that came before the model is sent to the rescore queue, and waits there longer from try to try', async () => {
  const { deliver, bus, sqs, items, output } = await start({ promoted: false });
  expect(await deliver('tickets', [ticketEvent({ time: now() })])).toEqual([]);
  const [asked] = sqs.asked;
  expect(asked?.input).toMatchObject({ DelaySeconds: 30, QueueUrl: expect.stringContaining('signalbox-rescore') });
  expect(await deliver('rescore', [String(asked?.input['MessageBody'])])).toEqual([]);
  expect(sqs.asked[1]?.input).toMatchObject({ DelaySeconds: 60 });
  expect(bus.asked).toHaveLength(1);
  expect(await items(TICKETS_TABLE)).toHaveLength(3);
  expect(output()).toContain('"ticket event postponed"');
});
