import type { JourneyOutputs } from '../start/operator.ts';

/** The journey's queues, in the order of a ticket's way. */
export const QUEUES = ['tickets', 'rescore', 'topics', 'outcomes', 'archive'] as const;
export type QueueName = (typeof QUEUES)[number];

export const queueUrls = (outputs: JourneyOutputs): Readonly<Record<QueueName, string>> => ({
  tickets: outputs.TicketsQueueUrl,
  rescore: outputs.RescoreQueueUrl,
  topics: outputs.TopicsQueueUrl,
  outcomes: outputs.OutcomesQueueUrl,
  archive: outputs.ArchiveQueueUrl,
});
