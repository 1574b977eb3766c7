import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamoDbOutcomeRecords } from '../../../adapters/dynamodb/outcome-records.ts';
import { dynamoDbTicketRecords } from '../../../adapters/dynamodb/ticket-records.ts';
import { decided, settled, ticket } from '../../support/decided-tickets.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { TICKETS_TABLE } from '../../support/table-definitions.ts';
import { recordsInMemory } from '../../support/journey-in-memory.ts';
import { serviceOf } from '../../support/retraining-cloud.ts';
import { NOW_MS } from '../../support/ticket-events.ts';

const inDynamoDb = async () => {
  const cloud = await startJourneyCloud();
  const client = new DynamoDBClient(cloud.config);
  const table = { client, tableName: TICKETS_TABLE, clock: cloud.clock, retentionDays: 90 };
  return { client, cloud, tickets: dynamoDbTicketRecords(table), learning: dynamoDbOutcomeRecords(table) };
};

// The domain's tests trust the records in memory: what both do is one contract.
describe.each([
  ['in memory', async () => Promise.resolve(recordsInMemory())],
  ['in DynamoDB', inDynamoDb],
])('records of tickets %s', (_, start) => {
  const stateOf = async ({ tickets }: Pick<Awaited<ReturnType<typeof start>>, 'tickets'>) =>
    (await tickets.readStates(['T-1'])).get('T-1');

  test('the first receipt under a key stays', async () => {
    const { tickets } = await start();
    const receipt = { eventKey: { source: 'desk', id: 'e-1' }, contentHash: 'one' };
    expect(await tickets.keepReceipt(receipt)).toBeUndefined();
    expect(await tickets.keepReceipt({ ...receipt, contentHash: 'two' })).toEqual(receipt);
    expect(await tickets.keepReceipt(receipt)).toEqual(receipt);
  });

  test('receipts of two sources never meet, whatever marks are in their names', async () => {
    const { tickets } = await start();
    await tickets.keepReceipt({ eventKey: { source: '/desk#one', id: '1' }, contentHash: 'one' });
    expect(await tickets.keepReceipt({ eventKey: { source: '/desk', id: 'one#1' }, contentHash: 'two' })).toBeUndefined();
  });

  test('the first decision under an id stays', async () => {
    const { tickets } = await start();
    const { decision } = decided(ticket(1));
    const similar = [{ ticketId: 'P-1', similarity: 0.9, labels: { team: 'billing' } }];
    const first = { decision: { ...decision, similar }, embedding: 'AAAA', embeddingSpace: 'tests' };
    expect(await tickets.readDecision('T-1', first.decision.id)).toBeUndefined();
    expect(await tickets.keepDecision(first, ticket(1))).toEqual(first);
    expect(await tickets.keepDecision(decided(ticket(1)), ticket(1))).toEqual(first);
    expect(await tickets.readDecision('T-1', first.decision.id)).toEqual(first);
  });

  test('states of many tickets are read at once, each once, without those that are not known', async () => {
    const { tickets } = await start();
    const ids = Array.from({ length: 130 }, (__, i) => `T-${i}`);
    for (const ticketId of ids) {
      const one = ticket(1, { ticketId });
      await tickets.keepState({ ticket: one, decision: decided(one) });
    }
    const states = await tickets.readStates([...ids, 'T-1', 'unknown']);
    expect(states.size).toBe(130);
    expect(states.get('T-7')).toEqual({
      ticket: ticket(1, { ticketId: 'T-7' }),
      decision: decided(ticket(1, { ticketId: 'T-7' })),
      settledByPerson: false,
    });
    expect(await tickets.readStates([])).toEqual(new Map());
  });

  test('a state gives way to a later version, not to an earlier one or itself', async () => {
    const records = await start();
    const keep = (version: number) => records.tickets.keepState({ ticket: ticket(version), decision: decided(ticket(version)) });
    expect(await keep(2)).toBe('stored');
    expect(await keep(1)).toBe('superseded');
    expect(await keep(2)).toBe('superseded');
    expect(await keep(10)).toBe('stored');
    expect((await stateOf(records))?.ticket).toEqual(ticket(10));
  });

  test('a later version leaves nothing of the version before it', async () => {
    const records = await start();
    const rich = ticket(1, {
      channel: 'mail',
      requester: '[email]',
      language: 'de',
      text: { subject: 'a', body: 'b', ref: 'texts/1' },
    });
    await records.tickets.keepState({
      ticket: rich,
      decision: decided(rich, 'first', { embedding: 'AAAA', embeddingSpace: 'tests' }),
    });
    await records.tickets.keepState({ ticket: ticket(2), decision: decided(ticket(2)) });
    expect(await stateOf(records)).toEqual({ ticket: ticket(2), decision: decided(ticket(2)), settledByPerson: false });
  });

  test('what people said of a ticket stays through its versions', async () => {
    const records = await start();
    await records.tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    await records.learning.settle(settled(ticket(1).orderKey));
    await records.tickets.keepState({ ticket: ticket(2), decision: decided(ticket(2)) });
    expect((await stateOf(records))?.settledByPerson).toBe(true);
  });

  test('a decision without the model is replaced, and replacing it again by the same changes nothing', async () => {
    const records = await start();
    const rescored = decided(ticket(1), 'rescored', { embedding: 'AAAA', embeddingSpace: 'tests' });
    await records.tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    expect(await records.tickets.replaceDecision(rescored)).toBe('stored');
    expect(await records.tickets.replaceDecision(rescored)).toBe('stored');
    expect((await stateOf(records))?.decision).toEqual(rescored);
  });

  test('a decision is not replaced where another rescoring was first', async () => {
    const records = await start();
    await records.tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    await records.tickets.replaceDecision(decided(ticket(1), 'rescored'));
    const other = decided(ticket(1), 'rescored');
    const later = { ...other, decision: { ...other.decision, decidedAtMs: NOW_MS + 1 } };
    expect(await records.tickets.replaceDecision(later)).toBe('superseded');
  });

  test('a decision is not replaced where a newer event was first, nor where there is no state', async () => {
    const records = await start();
    expect(await records.tickets.replaceDecision(decided(ticket(1), 'rescored'))).toBe('superseded');
    await records.tickets.keepState({ ticket: ticket(2), decision: decided(ticket(2)) });
    expect(await records.tickets.replaceDecision(decided(ticket(1), 'rescored'))).toBe('superseded');
    expect((await stateOf(records))?.decision).toEqual(decided(ticket(2)));
  });

  test('a decision is not replaced where a person was first', async () => {
    const records = await start();
    await records.tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    await records.learning.settle(settled(ticket(1).orderKey));
    expect(await records.tickets.replaceDecision(decided(ticket(1), 'rescored'))).toBe('superseded');
  });

  test('outcomes of tickets that are not known settle nothing', async () => {
    const records = await start();
    await records.learning.settle(settled(ticket(1).orderKey));
    expect(await stateOf(records)).toBeUndefined();
    expect(await records.learning.readTickets(['T-1'])).toEqual(new Map());
  });

  test('the ticket of an outcome is found', async () => {
    const records = await start();
    await records.tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    expect(await records.learning.readTickets(['T-1'])).toEqual(new Map([['T-1', ticket(1)]]));
  });
});

describe('the tickets table', () => {
  test('holds the labels of the latest outcome, and every outcome once', async () => {
    const { client, tickets, learning } = await inDynamoDb();
    await tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    const later = { ...settled(ticket(2).orderKey), labels: { team: 'returns' }, eventKey: { source: 'desk', id: 'e-2' } };
    for (const outcome of [later, settled(ticket(1).orderKey), later]) {
      await learning.keepOutcome(outcome);
      await learning.settle(outcome);
    }
    const { Items } = await client.send(new ScanCommand({ TableName: TICKETS_TABLE }));
    expect(Items?.filter(({ sk }) => sk?.S?.startsWith('outcome#'))).toHaveLength(2);
    expect(Items?.find(({ sk }) => sk?.S === 'state')?.['settledLabels']).toEqual({ M: { team: { S: 'returns' } } });
  });

  test('forgets every item after its retention', async () => {
    const { client, tickets, learning } = await inDynamoDb();
    await tickets.keepReceipt({ eventKey: ticket(1).eventKey, contentHash: 'one' });
    await tickets.keepDecision(decided(ticket(1)), ticket(1));
    await tickets.keepState({ ticket: ticket(1), decision: decided(ticket(1)) });
    await learning.keepOutcome(settled(ticket(1).orderKey));
    const { Items } = await client.send(new ScanCommand({ TableName: TICKETS_TABLE }));
    expect(Items?.map(({ expiresAt }) => expiresAt)).toEqual(
      Array.from({ length: 4 }, () => ({ N: String(NOW_MS / 1_000 + 90 * 86_400) })),
    );
  });

  test('names the item that is not shaped as it is to be, and says so for good', async () => {
    const { client, tickets } = await inDynamoDb();
    const Item = { pk: { S: 'ticket#T-1' }, sk: { S: 'state' }, ticketId: { S: 'T-1' } };
    await client.send(new PutItemCommand({ TableName: TICKETS_TABLE, Item }));
    await expect(tickets.readStates(['T-1'])).rejects.toMatchObject({
      name: 'StoredItemError',
      retryable: false,
      message: 'Item ticket#T-1/state of table tickets is not shaped as expected; mend or remove it.',
    });
  });

  test('that is throttled gives up in the end, and the batch may come again', async () => {
    const throttled = serviceOf('dynamodb', {
      BatchGetItem: ({ RequestItems }) => ({ Responses: {}, UnprocessedKeys: RequestItems }),
    });
    const cloud = await startThrottledCloud(throttled);
    await expect(cloud.readStates(['T-1'])).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('throttled'),
    });
    expect(throttled.asked).toHaveLength(5);
  });
});

/** Records over a client that asks the service itself. */
const startThrottledCloud = async (service: ReturnType<typeof serviceOf>) => {
  const client = {
    send: (command: { readonly input: Readonly<Record<string, unknown>> }) =>
      service.call({
        caller: { name: 'test', principal: 'test' },
        service: 'dynamodb',
        action: 'BatchGetItem',
        input: command.input,
      }),
  } as unknown as DynamoDBClient;
  return Promise.resolve(
    dynamoDbTicketRecords({ client, tableName: TICKETS_TABLE, clock: { now: () => NOW_MS }, retentionDays: 90 }),
  );
};
