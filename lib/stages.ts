import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export const STAGE_NAMES = ['dev', 'prod'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** How long the retraining workflow waits, and what it trains on. */
export interface RetrainingSettings {
  /** Between two looks at an endpoint that is being created. */
  readonly endpointPoll: Duration;
  /** After this an endpoint that is still not in service counts as failed. Serverless creation can take over 10 minutes. */
  readonly endpointTimeout: Duration;
  /** How long tickets come in before the challenger is asked about them. */
  readonly shadow: Duration;
  /** How long the challenger decides its share of tickets before it is judged. */
  readonly canary: Duration;
  /** Share of tickets (0..1) that the challenger decides during the canary. */
  readonly canaryShare: number;
  /** A training job that runs longer is stopped. */
  readonly trainingTimeout: Duration;
  /** An execution that runs longer is stopped; longer than everything above together. */
  readonly timeout: Duration;
  /** A lock older than this is taken over; longer than `timeout`. */
  readonly lock: Duration;
  readonly trainingWindowDays: number;
  readonly trainingInstanceType: string;
}

export interface StageSettings {
  readonly name: StageName;
  /** What happens to tables, buckets and keys when their stack is deleted. */
  readonly statefulRemoval: RemovalPolicy;
  readonly terminationProtection: boolean;
  readonly logRetention: RetentionDays;
  /** Tickets, decisions, quarantined bodies and texts are forgotten after this many days. */
  readonly ticketRetentionDays: number;
  /** One deadline covers the call of the model: long enough for a cold serverless endpoint, short enough for the queue. */
  readonly scoringDeadline: Duration;
  /** Concurrent invocations of each serverless endpoint: some accounts have 10 for all of theirs together. */
  readonly endpointMaxConcurrency: number;
  readonly retraining: RetrainingSettings;
}

const everywhere = {
  ticketRetentionDays: 365,
  scoringDeadline: Duration.seconds(20),
  endpointMaxConcurrency: 2,
};

const STAGES: Readonly<Record<StageName, StageSettings>> = {
  // Thrown away and made again at will; waits are short because few tickets come.
  dev: {
    ...everywhere,
    name: 'dev',
    statefulRemoval: RemovalPolicy.DESTROY,
    terminationProtection: false,
    logRetention: RetentionDays.ONE_WEEK,
    retraining: {
      endpointPoll: Duration.seconds(5),
      endpointTimeout: Duration.minutes(30),
      shadow: Duration.seconds(5),
      canary: Duration.seconds(30),
      canaryShare: 0.1,
      trainingTimeout: Duration.hours(1),
      timeout: Duration.hours(6),
      lock: Duration.hours(7),
      trainingWindowDays: 365,
      trainingInstanceType: 'ml.m5.large',
    },
  },
  // Holds what cannot be made again; a challenger sees a working day's tickets before it decides them all.
  prod: {
    ...everywhere,
    name: 'prod',
    statefulRemoval: RemovalPolicy.RETAIN,
    terminationProtection: true,
    logRetention: RetentionDays.THREE_MONTHS,
    retraining: {
      endpointPoll: Duration.seconds(30),
      endpointTimeout: Duration.minutes(30),
      shadow: Duration.hours(4),
      canary: Duration.hours(8),
      canaryShare: 0.1,
      trainingTimeout: Duration.hours(4),
      timeout: Duration.hours(36),
      lock: Duration.hours(40),
      trainingWindowDays: 365,
      trainingInstanceType: 'ml.m5.xlarge',
    },
  },
};

/** The settings of a stage, or undefined where there is none of that name. */
export const stageNamed = (name: unknown): StageSettings | undefined =>
  STAGE_NAMES.filter((known) => known === name).map((known) => STAGES[known])[0];
