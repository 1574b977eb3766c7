// Sends a ticket to Signalbox with the AWS SDK, reads what was decided, and says later where people sent it.
//
//   TICKETS_QUEUE_URL=… OUTCOMES_QUEUE_URL=… TICKETS_TABLE=… node examples/send-ticket.ts TICKET-3 "Where is my refund?" "I sent the lamp back."
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const { TICKETS_QUEUE_URL, OUTCOMES_QUEUE_URL, TICKETS_TABLE } = process.env;
const [ticketId = 'TICKET-3', subject = 'Where is my refund?', body = 'I sent the lamp back three weeks ago.'] =
  process.argv.slice(2);
const sqs = new SQSClient();
const dynamoDb = new DynamoDBClient();

const send = async (queueUrl: string | undefined, type: string, data: object): Promise<void> => {
  const event = {
    specversion: '1.0',
    // Sent again under the same id, an event changes nothing: keep it until the queue has taken it.
    id: randomUUID(),
    source: 'my-support-tool',
    type,
    subject: ticketId,
    time: new Date().toISOString(),
    data,
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
};

const decisionOf = async (): Promise<string | undefined> => {
  const Key = { pk: { S: `ticket#${ticketId}` }, sk: { S: 'state' } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: TICKETS_TABLE, Key, ConsistentRead: true }));
  const decision = Item?.['decision']?.S;
  return decision === undefined ? undefined : (JSON.parse(decision) as { readonly because: string }).because;
};

await send(TICKETS_QUEUE_URL, 'ticket.created.v1', { version: 1, subject, body, channel: 'email' });
let because: string | undefined;
for (let tries = 0; because === undefined && tries < 40; tries++) {
  await sleep(500);
  because = await decisionOf();
}
if (because === undefined) throw new Error(`no decision about ${ticketId} within 20 s; look at the quarantine`);
process.stdout.write(`${because}\n`);
await send(OUTCOMES_QUEUE_URL, 'ticket.resolved.v1', { version: 2, labels: { team: 'billing' }, handleTimeSeconds: 540 });
