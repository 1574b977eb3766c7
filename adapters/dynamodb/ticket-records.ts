import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/clock.ts';
import { SignalboxError } from '../../core/errors.ts';
import type { Receipt, TicketState } from '../../core/route/arrival.ts';
import type { TicketRecords } from '../../core/route/ticket-records.ts';
import { number, text } from './attributes.ts';
import type { Item } from './attributes.ts';
import { factAttributes } from './fact-hours.ts';
import {
  decisionAttributes,
  decisionKey,
  OPTIONAL_ATTRIBUTES,
  parseReceipt,
  parseState,
  parseStoredDecision,
  publishedTicketAttributes,
  receiptItem,
  receiptKey,
  stateKey,
  ticketAttributes,
} from './ticket-items.ts';

export interface TicketTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** How long items live after their last write. */
  readonly retentionDays: number;
}

/** BatchGetItem takes at most 100 keys. */
const KEYS_PER_BATCH = 100;
/** A throttled table returns keys unprocessed; after these rounds the batch goes back to the queue. */
const MAX_ROUNDS = 5;

/** Routing's records in the tickets table. */
export const dynamoDbTicketRecords = (table: TicketTable): TicketRecords => {
  const { client, tableName } = table;
  return {
    keepReceipt: (receipt) => keepReceipt(table, receipt),
    readStates: (ticketIds) => readStates(table, ticketIds),
    async readDecision(ticketId, decisionId) {
      const key = decisionKey(ticketId, decisionId);
      const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
      return Item && parseStoredDecision(tableName, Item);
    },
    async keepDecision(stored, ticket) {
      const key = decisionKey(stored.decision.ticketId, stored.decision.id);
      const item = {
        ...key,
        ...decisionAttributes(stored),
        ...publishedTicketAttributes(ticket),
        ...factAttributes('ticket.routed', stored.decision.id, table.clock.now()),
      };
      const earlier = await putUnlessThere(table, item);
      return earlier ? parseStoredDecision(tableName, earlier) : stored;
    },
    keepState: ({ ticket, decision }) =>
      update(table, stateKey(ticket.ticketId), { ...ticketAttributes(ticket), ...decisionAttributes(decision) }, [
        'attribute_not_exists(pk) OR orderKey < :orderKey',
        {},
        OPTIONAL_ATTRIBUTES,
      ]),
    replaceDecision: (stored) =>
      update(table, stateKey(stored.decision.ticketId), decisionAttributes(stored), [
        // The same decision again is a try whose first answer was lost.
        'orderKey = :same AND (decisionAttempt = :first OR decision = :decision) AND attribute_not_exists(settledOrder)',
        { ':same': text(stored.decision.orderKey), ':first': text('first') },
      ]),
  };
};

/** Keeps the receipt unless there is one under its key already; returns the one that was there. */
export const keepReceipt = async (table: TicketTable, receipt: Receipt): Promise<Receipt | undefined> => {
  const earlier = await putUnlessThere(table, receiptItem(receipt, expiresAt(table)));
  return earlier && parseReceipt(table.tableName, { ...receiptKey(receipt.eventKey), ...earlier });
};

/** Present states, read strongly consistent. */
export const readStates = async (table: TicketTable, ticketIds: readonly string[]): Promise<ReadonlyMap<string, TicketState>> => {
  const items = await readItems(table, [...new Set(ticketIds)].map(stateKey));
  const states = items.map((item) => parseState(table.tableName, item));
  return new Map(states.map((state) => [state.ticket.ticketId, state]));
};

/**
 * The items under these keys, each key once, read strongly consistent; those that are not there are left out.
 * @throws SignalboxError, retryable, while the table is throttled
 */
export const readItems = async (
  { client, tableName }: Pick<TicketTable, 'client' | 'tableName'>,
  allKeys: readonly Item[],
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let keys = allKeys;
  for (let round = 0; keys.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      throw new SignalboxError(`Table ${tableName} is throttled; ${keys.length} items could not be read.`, { retryable: true });
    }
    const asked = keys.slice(0, KEYS_PER_BATCH);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: asked, ConsistentRead: true } } }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    const unprocessed = UnprocessedKeys?.[tableName]?.Keys ?? [];
    keys = [...unprocessed, ...keys.slice(asked.length)];
    if (unprocessed.length < asked.length) round = -1;
  }
  return items;
};

const expiresAt = (table: TicketTable): number => Math.floor(table.clock.now() / 1_000) + table.retentionDays * 86_400;

/** First write wins; returns the item that was there. */
export const putUnlessThere = async (table: TicketTable, item: Item): Promise<Item | undefined> => {
  try {
    await table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: { ...item, expiresAt: number(expiresAt(table)) },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return error.Item;
    throw error;
  }
};

/** Sets the attributes, removes those of `removable` that are not among them, and leaves all others of the item as they are. */
export const update = async (
  table: TicketTable,
  key: Item,
  attributes: Item,
  [condition, conditionValues, removable = []]: readonly [condition: string, values: Item, removable?: readonly string[]],
): Promise<'stored' | 'superseded'> => {
  const all: Item = { ...attributes, expiresAt: number(expiresAt(table)) };
  const names = Object.keys(all);
  const removed = removable.filter((name) => !(name in all));
  const removal = removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : '';
  try {
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: key,
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${removal}`,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries([...names, ...removed].map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: { ...Object.fromEntries(names.map((name) => [`:${name}`, all[name]!])), ...conditionValues },
      }),
    );
    return 'stored';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'superseded';
    throw error;
  }
};
