import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { redactMessage } from '../../core/event/redact-json.ts';
import type { Quarantine, TextStore } from '../../core/ports.ts';
import { text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';

/** Bodies up to this size lie in the table itself, larger ones on S3. */
const MAX_INLINE_CHARACTERS = 32 * 1024;
/** What the table holds of a larger one. */
const EXCERPT_CHARACTERS = 1_000;

export interface QuarantineTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly texts: TextStore;
  readonly retentionDays: number;
}

export const quarantineKey = (messageId: string): Item => ({ pk: text(`quarantine#${messageId}`), sk: text('record') });

/** Messages that nobody could process, redacted; one item a message, however often it is kept. */
export const dynamoDbQuarantine = ({ client, tableName, texts, retentionDays }: QuarantineTable): Quarantine => ({
  async keep({ messageId, queue, reason, body, receivedAtMs }) {
    const redacted = redactMessage(body);
    const inline = redacted.length <= MAX_INLINE_CHARACTERS;
    const bodyRef = inline ? undefined : `quarantine/${queue}/${messageId}.txt`;
    if (bodyRef !== undefined) await texts.keep(bodyRef, redacted);
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...quarantineKey(messageId),
          ...toItem({
            messageId,
            queue,
            code: reason.code,
            reason: reason.sentence,
            body: inline ? redacted : redacted.slice(0, EXCERPT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, ''),
            bodyRef,
            receivedAt: new Date(receivedAtMs).toISOString(),
            expiresAt: Math.floor(receivedAtMs / 1_000) + retentionDays * 86_400,
          }),
        },
      }),
    );
  },
});
