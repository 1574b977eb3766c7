import { QUEUES } from '../stage/queues.ts';
import type { QueueName } from '../stage/queues.ts';

/** Events that EventBridge or the Scheduler could not hand to their target; they have no queue of their own to go back to. */
const UNDELIVERED = 'undelivered';

export const DEAD_LETTERS = [...QUEUES, UNDELIVERED] as const;
export type DeadLettersOf = QueueName | typeof UNDELIVERED;
