import { dynamoDbLimits } from './dynamodb/limits.ts';
import { eventsLimits } from './events/limits.ts';
import { iamLimits } from './iam/limits.ts';
import { lambdaLimits } from './lambda/limits.ts';
import { s3Limits } from './s3/limits.ts';
import { sagemakerLimits } from './sagemaker/limits.ts';
import { schedulerLimits } from './scheduler/limits.ts';
import { snsLimits } from './sns/limits.ts';
import { sqsLimits } from './sqs/limits.ts';
import { statesLimits } from './states/limits.ts';

/** The limits that are held to, by service. */
export const allLimits = {
  sqs: sqsLimits,
  sns: snsLimits,
  events: eventsLimits,
  dynamodb: dynamoDbLimits,
  s3: s3Limits,
  lambda: lambdaLimits,
  states: statesLimits,
  scheduler: schedulerLimits,
  sagemaker: sagemakerLimits,
  iam: iamLimits,
} as const;
