import { dynamoDbLimits } from './dynamodb/limits.ts';
import { eventsLimits } from './events/limits.ts';
import { s3Limits } from './s3/limits.ts';
import { snsLimits } from './sns/limits.ts';
import { sqsLimits } from './sqs/limits.ts';

/** The limits that are held to, by service. */
export const allLimits = {
  sqs: sqsLimits,
  sns: snsLimits,
  events: eventsLimits,
  dynamodb: dynamoDbLimits,
  s3: s3Limits,
} as const;
