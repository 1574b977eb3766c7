import type { Usage } from './cost-of.ts';

const HOURS_A_MONTH = 730;

/** An amount of usage with the reason for it, in a sentence. */
export interface Assumed {
  readonly usage: Usage;
  readonly because: string;
}

/** Queues that Lambda polls, and its polls of an empty one: five at a time at least, each waiting up to 20 s. */
export const POLLED_QUEUES = 5;
const POLLERS = 5;
const POLL_SECONDS = 20;

/** Metrics that the alarms of a stage watch: one an alarm, and of those over several metrics each. */
export const ALARM_METRICS = 18;

/** Metrics that functions write; CloudWatch bills one only in the hours in which it is written. */
export const OWN_METRICS = 24;

/** What a stage uses in a month without a single ticket, by what it is. */
export const STANDING: readonly Assumed[] = [
  {
    usage: { kmsKeyMonths: 1 },
    because: 'one key of its own for the data bucket; each yearly rotation adds another dollar, twice at most',
  },
  { usage: { alarmMonths: ALARM_METRICS }, because: `${ALARM_METRICS} metrics are watched by alarms` },
  {
    usage: { sqsRequests: Math.round((POLLED_QUEUES * POLLERS * HOURS_A_MONTH * 3600) / POLL_SECONDS) },
    because: `Lambda looks into ${POLLED_QUEUES} queues, ${POLLERS} times every ${POLL_SECONDS} s each (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)`,
  },
  { usage: { imageGbMonths: 0.3 }, because: 'one image of the model container of about 0.3 GB' },
];

/** A retraining, and how many there are in a month. */
export const RETRAININGS_A_MONTH = 52 / 12;
const TRAINING_SECONDS = 600;
export const RETRAINING: readonly Assumed[] = [
  {
    usage: { trainingSeconds: 2 * TRAINING_SECONDS },
    because: `two training jobs of ${TRAINING_SECONDS / 60} billed minutes each on ml.m5.xlarge (dev takes half of that machine), once a week`,
  },
  {
    usage: { stateTransitions: 150, s3Gets: 1000, s3Puts: 20, lambdaRequests: 50, lambdaGbSeconds: 300 },
    because: 'the workflow with its functions',
  },
];

/** What is in use while tickets come, however few. */
export const WHILE_TICKETS_COME: readonly Assumed[] = [
  {
    usage: { metricMonths: OWN_METRICS },
    because: `${OWN_METRICS} metrics of our own, if each is written in every hour of the month`,
  },
];
