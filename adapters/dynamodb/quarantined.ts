import { DeleteItemCommand, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { QuarantineRecord } from '../../core/ports.ts';
import { fromItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { quarantineKey } from './quarantine.ts';
import { StoredItemError } from './stored-item-error.ts';

/** A message that was set aside, as a person looks at it. */
export interface Quarantined {
  readonly messageId: string;
  readonly queue: QuarantineRecord['queue'];
  readonly code: string;
  /** A sentence for the person who has to mend it. */
  readonly reason: string;
  /** Redacted; only the beginning where `bodyRef` says where all of it lies. */
  readonly body: string;
  readonly bodyRef: string | undefined;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
}

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

const recordSchema = z.object({
  messageId: z.string(),
  queue: z.enum(['tickets', 'outcomes', 'rescore']),
  code: z.string(),
  reason: z.string(),
  body: z.string(),
  bodyRef: z.string().optional(),
  receivedAt: z.string(),
});

const parse = (tableName: string, item: Item): Quarantined => {
  const parsed = recordSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new StoredItemError(tableName, `${item['pk']?.S ?? '?'}/record`, parsed.error);
  return { ...parsed.data, bodyRef: parsed.data.bodyRef };
};

/** All of them, in no order. A scan: the table holds what is wrong, which is little, or a person wants to know. */
export async function* listQuarantined({ client, tableName }: Table): AsyncGenerator<Quarantined> {
  for await (const page of paginateScan({ client }, { TableName: tableName, ConsistentRead: true }))
    for (const item of page.Items ?? []) yield parse(tableName, item);
}

export const readQuarantined = async ({ client, tableName }: Table, messageId: string): Promise<Quarantined | undefined> => {
  const Key = quarantineKey(messageId);
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
  return Item && parse(tableName, Item);
};

/** Takes the record away; that it is gone already is no failure. */
export const removeQuarantined = async ({ client, tableName }: Table, messageId: string): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: quarantineKey(messageId) }));
};

/** How many there are, counted up to `most`. */
export const countQuarantined = async ({ client, tableName }: Table, most: number): Promise<number> => {
  let count = 0;
  for await (const { Count = 0 } of paginateScan({ client }, { TableName: tableName, Select: 'COUNT' })) {
    count += Count;
    if (count >= most) return most;
  }
  return count;
};
