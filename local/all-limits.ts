import { eventsLimits } from './events/limits.ts';
import { snsLimits } from './sns/limits.ts';
import { sqsLimits } from './sqs/limits.ts';

/** The limits that are held to, by service. */
export const allLimits = { sqs: sqsLimits, sns: snsLimits, events: eventsLimits } as const;
