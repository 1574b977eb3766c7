import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { TicketCreated, TicketResolved } from '../../core/contracts/ticket-event.ts';
import type { LabelledTicket } from './labelled-ticket.ts';
import type { Operator } from './operator.ts';

/** SQS takes ten messages a call. */
const BATCH = 10;
/** Tickets that wait or are worked on at a time: enough to keep every consumer busy, so few that the queue itself costs little. */
export const MAX_WAITING = 30;
const POLL_MS = 20;

const SOURCE = 'signalbox/replay';

/** Sends live tickets through SQS as fast as they are decided, with at most MAX_WAITING of them under way. */
export const replayTickets = async (
  operator: Operator,
  live: readonly LabelledTicket[],
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { TicketsQueueUrl } = operator.outputs;
  for (let i = 0; i < live.length; i += BATCH) {
    while ((await waiting(operator, TicketsQueueUrl)) > MAX_WAITING - BATCH) await sleep(POLL_MS, undefined, { signal });
    await send(operator, TicketsQueueUrl, live.slice(i, i + BATCH).map(createdEvent));
    onProgress(Math.min(i + BATCH, live.length));
  }
  await drained(operator, TicketsQueueUrl, signal);
};

/** Tells Signalbox where people sent the tickets. */
export const sendOutcomes = async (operator: Operator, live: readonly LabelledTicket[], signal: AbortSignal): Promise<void> => {
  const { OutcomesQueueUrl } = operator.outputs;
  for (let i = 0; i < live.length; i += BATCH)
    await send(operator, OutcomesQueueUrl, live.slice(i, i + BATCH).map(resolvedEvent));
  await drained(operator, OutcomesQueueUrl, signal);
};

/** Resolves when nothing waits in the queue and nothing is being worked on. */
const drained = async (operator: Operator, queueUrl: string, signal: AbortSignal): Promise<void> => {
  while ((await waiting(operator, queueUrl)) > 0) await sleep(POLL_MS, undefined, { signal });
};

const waiting = async ({ sqs }: Operator, queueUrl: string): Promise<number> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0) + Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'] ?? 0)
  );
};

const send = async ({ sqs }: Operator, queueUrl: string, events: readonly object[]): Promise<void> => {
  const Entries = events.map((event, i) => ({ Id: String(i), MessageBody: JSON.stringify(event) }));
  const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  const failed = Failed?.[0];
  if (failed) throw new Error(`SQS refused ${Failed?.length} of ${events.length} events: ${failed.Code} ${failed.Message ?? ''}`);
};

/** A live ticket as the event that a support tool would send. */
export const createdEvent = (ticket: LabelledTicket): TicketCreated => ({
  specversion: '1.0',
  id: `${ticket.id}-created`,
  source: SOURCE,
  type: 'ticket.created.v1',
  subject: ticket.id,
  time: ticket.time,
  data: { version: 1, subject: ticket.subject, body: ticket.body, channel: ticket.channel, requester: ticket.requester },
});

const resolvedEvent = (ticket: LabelledTicket): TicketResolved => ({
  specversion: '1.0',
  id: `${ticket.id}-resolved`,
  source: SOURCE,
  type: 'ticket.resolved.v1',
  subject: ticket.id,
  time: ticket.time,
  data: { version: 1, labels: { ...ticket.labels } },
});
