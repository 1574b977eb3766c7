import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import { MODELS_TABLE, TOPICS_TABLE } from '../../support/table-definitions.ts';
import { loadJourneyFunction, startFunctionCloud } from '../../support/journey-function.ts';
import { ticketEvent } from '../../support/ticket-events.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

interface Request {
  readonly instances: readonly { readonly id: string; readonly text?: string }[];
}

/** A routing model that is sure of everything, and a map with one topic. */
const answer = ({ EndpointName, Body }: Readonly<Record<string, unknown>>): unknown => {
  const { instances } = JSON.parse(new TextDecoder().decode(Body as Uint8Array)) as Request;
  const routing = String(EndpointName) === 'signalbox-test-routing-v1';
  return {
    model: { name: routing ? 'routing' : 'clustering', version: '1' },
    predictions: instances.map(({ id }) =>
      routing
        ? {
            id,
            heads: { team: { label: 'billing', probability: 0.9, alternatives: [], known: true } },
            embedding: 'AACAPw==',
            embeddingSpace: 'tests',
          }
        : { id, topic: { id: 't-1', label: 'refund not received', similarity: 0.8 } },
    ),
  };
};

test('what routing published is assigned to its topic, and what is no such event goes back', async () => {
  const cloud = await startFunctionCloud(answer);
  const client = new DynamoDBClient(cloud.config);
  const pointer = { revision: { N: '1' }, champion: { N: '1' }, previous: { NULL: true }, challenger: { NULL: true } };
  await client.send(
    new PutItemCommand({ TableName: MODELS_TABLE, Item: { pk: { S: 'pointer' }, sk: { S: 'routing' }, ...pointer } }),
  );
  const time = new Date().toISOString();
  const routing = await loadJourneyFunction(cloud, () => import('../../../lambdas/route-tickets/handler.ts'));
  await routing.deliver('tickets', [ticketEvent({ time })]);
  const [entry] = cloud.bus.asked[0]!.input['Entries'] as readonly { readonly Detail: string; readonly DetailType: string }[];
  const envelope = {
    id: 'e',
    'detail-type': entry?.DetailType,
    source: 'signalbox',
    time,
    detail: JSON.parse(entry?.Detail ?? '') as unknown,
  };

  const { deliver, output } = await loadJourneyFunction(cloud, () => import('../../../lambdas/cluster-tickets/handler.ts'));
  expect(await deliver('topics', [JSON.stringify(envelope), '{}'])).toEqual(['{}']);
  const { Items } = await client.send(new ScanCommand({ TableName: TOPICS_TABLE }));
  expect(Items).toMatchObject([{ pk: { S: 'ticket#T-1' }, topicId: { S: 't-1' }, mapVersion: { N: '1' } }]);
  expect(output()).toContain('ticket assigned');
  expect(output()).not.toContain('Where is my refund');
});
