import type { Access, JourneyOutputs } from './operator.ts';
import type { Summary, TopicSize } from './summarize.ts';

/** Topics shown by name; the others are counted. */
const TOPICS_SHOWN = 8;

export interface Printed {
  readonly summary: Summary;
  readonly topicSizes: readonly TopicSize[];
  readonly requestsByStage: readonly { readonly stage: string; readonly requests: number }[];
}

/** The summary as a person reads it. */
export const summaryText = ({ summary, topicSizes, requestsByStage }: Printed): string => {
  const share = (count: number): string => `${count} (${Math.round((100 * count) / summary.tickets)} %)`;
  const rows: readonly (readonly [string, string])[] = [
    ['tickets', String(summary.tickets)],
    ['routed by themselves', share(summary.routed)],
    ['  … where people sent them', `${Math.round(summary.agreement * 100)} % of the routed`],
    ['left to people', share(summary.abstained)],
    ['quarantined', String(summary.quarantined)],
    ['lost', String(summary.lost)],
    ['topics found', `${summary.topics}${summary.emerging > 0 ? `, and ${summary.emerging} emerging` : ''}`],
    ...topicSizes.slice(0, TOPICS_SHOWN).map(({ label, tickets }): readonly [string, string] => [`  ${label}`, String(tickets)]),
    ['queue to decision', `${summary.p50Ms} ms median, ${summary.p95Ms} ms for 95 %`],
    ['tickets a second', String(summary.ticketsPerSecond)],
    ['AWS requests a ticket', String(summary.awsRequestsPerTicket)],
    ...requestsByStage.map(({ stage, requests }): readonly [string, string] => [
      `  ${stage}`,
      (requests / summary.tickets).toFixed(2),
    ]),
    ['took in all', `${summary.seconds} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`).join('\n');
};

/** How to send a ticket to a local cloud that stays up. */
export const howToSend = (
  { endpoint, region, credentials }: Access,
  { TicketsQueueUrl, TicketsTable }: JourneyOutputs,
): string => {
  const event = {
    specversion: '1.0',
    id: 'hello-1',
    source: 'my-support-tool',
    type: 'ticket.created.v1',
    subject: 'TICKET-1',
    time: new Date().toISOString(),
    data: { version: 1, subject: 'Where is my refund?', body: 'I sent the lamp back three weeks ago and still have no money.' },
  };
  return `The local cloud is up. Send it a ticket with the AWS command line:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}
  aws sqs send-message --queue-url ${TicketsQueueUrl} --endpoint-url $AWS_ENDPOINT_URL --message-body '${JSON.stringify(event)}'
  aws dynamodb get-item --table-name ${TicketsTable} --key '{"pk":{"S":"ticket#TICKET-1"},"sk":{"S":"state"}}'

or from code, with the same variables set:

  import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
  const event = { specversion: '1.0', id: 'hello-2', source: 'my-support-tool', type: 'ticket.created.v1', subject: 'TICKET-2',
    time: new Date().toISOString(), data: { version: 1, subject: 'Wrong size', body: 'The jersey is too small, can I swap it?' } };
  await new SQSClient().send(new SendMessageCommand({ QueueUrl: '${TicketsQueueUrl}', MessageBody: JSON.stringify(event) }));

Ctrl-C ends it.`;
};
