import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { ModelVersions } from '../../core/retrain/model-versions.ts';
import { fromItem, number, text, toAttribute, toItem } from './attributes.ts';
import type { Item, Storable } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

const COUNTER_KEY = { pk: text('versions'), sk: text('counter') };
export const versionKey = (version: number): Item => ({ pk: text(`version#${version}`), sk: text('version') });

/** Records of versions in the models table: pk `version#12`, sk `version`; the last number given is pk `versions`, sk `counter`. */
export const dynamoDbModelVersions = ({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): ModelVersions => {
  const update = async (version: number, fields: Readonly<Record<string, Storable>>): Promise<void> => {
    const names = Object.keys(fields);
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: versionKey(version),
        // Names of fields may be reserved words.
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [`:${name}`, toAttribute(value)]),
        ),
      }),
    );
  };
  return {
    async allocate() {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: COUNTER_KEY,
          UpdateExpression: 'ADD #last :one',
          ExpressionAttributeNames: { '#last': 'last' },
          ExpressionAttributeValues: { ':one': number(1) },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      const parsed = z.object({ last: z.int().min(1) }).safeParse(fromItem(Attributes ?? {}));
      if (!parsed.success) throw new StoredItemError(tableName, 'versions/counter', parsed.error);
      return parsed.data.last;
    },
    async open({ version, ...fields }) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...versionKey(version), ...toItem({ ...fields, status: 'training' }) },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    recordVerdict: (version, { verdict, reason, accuracy, n, pValue }, { train, validation, test }) =>
      update(version, {
        status: 'judged',
        verdict,
        verdictReason: reason,
        metrics: { accuracy, n, pValue },
        counts: { train, validation, test },
      }),
    recordOutcome: (version, { outcome, reason, endedAt }) => update(version, { status: outcome, reason, endedAt }),
  };
};
