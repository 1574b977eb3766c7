import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { dynamoDbPauses } from '../../adapters/dynamodb/pauses.ts';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import { countQuarantined } from '../../adapters/dynamodb/quarantined.ts';
import { dynamoDbRetrainingLock } from '../../adapters/dynamodb/retraining-lock.ts';
import { readStoredVersion } from '../../adapters/dynamodb/stored-versions.ts';
import type { StoredVersion } from '../../adapters/dynamodb/stored-versions.ts';
import { endpointStatus } from '../../adapters/sagemaker/endpoint-status.ts';
import { describeQueue } from '../../adapters/sqs/queue-depth.ts';
import type { QueueDepth } from '../../adapters/sqs/queue-depth.ts';
import { latestExecutions } from '../../adapters/step-functions/latest-executions.ts';
import type { LatestExecution } from '../../adapters/step-functions/latest-executions.ts';
import { announcementOf } from '../../adapters/step-functions/announcement.ts';
import type { Announcement } from '../../adapters/step-functions/announcement.ts';
import type { Pause } from '../../core/pause/pauses.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import { deadLettersIn } from '../dead-letters/dead-letters.ts';
import type { CountedDeadLetters } from '../dead-letters/dead-letters.ts';
import { QUEUES, queueUrls } from '../stage/queues.ts';
import type { QueueName } from '../stage/queues.ts';
import type { Stage } from '../stage/reach-stage.ts';

/** What a stage is doing at the moment; printed by `status --json` with what needs attention. */
export interface StageStatus {
  readonly stage: string;
  readonly pointer: Pointer;
  /** Null before the first promotion. */
  readonly champion: LiveVersion | null;
  readonly automationPause: Pause | null;
  readonly retrainingPause: Pause | null;
  readonly retraining: {
    readonly running: LatestExecution | null;
    /** What the running one, or else the last one, has said that it will take and leave out; null where it has not. */
    readonly announced: Announcement | null;
    readonly last: LatestExecution | null;
    /** Whether some execution holds the lock. */
    readonly locked: boolean;
  };
  readonly queues: readonly (QueueDepth & { readonly queue: QueueName })[];
  readonly deadLetters: readonly CountedDeadLetters[];
  /** Messages in quarantine, counted up to COUNTED. */
  readonly quarantined: number;
}

export interface LiveVersion {
  readonly version: number;
  readonly record: StoredVersion | null;
  /** What SageMaker says of its endpoints. */
  readonly endpoints: { readonly routing: string; readonly clustering: string };
}

/** Beyond it nobody asks for the number, and counting takes long. */
export const COUNTED = 10_000;

export const readStatus = async (stage: Stage): Promise<StageStatus> => {
  const { outputs, dynamoDb, sqs, stepFunctions } = stage;
  const models = { client: dynamoDb, tableName: outputs.ModelsTable };
  const pauses = dynamoDbPauses(models);
  const [pointer, automation, retraining, lock, executions, deadLetters, quarantined] = await Promise.all([
    dynamoDbPointers(models).read(),
    pauses.read('automation'),
    pauses.read('retraining'),
    dynamoDbRetrainingLock(models).read(),
    latestExecutions(stepFunctions, outputs.StateMachineArn),
    deadLettersIn(stage),
    countQuarantined({ client: dynamoDb, tableName: outputs.QuarantineTable }, COUNTED),
  ]);
  const urls = queueUrls(outputs);
  const latest = executions.running ?? executions.ended;
  return {
    stage: stage.name,
    pointer,
    champion: pointer.champion === null ? null : await liveVersion(stage, pointer.champion),
    automationPause: automation ?? null,
    retrainingPause: retraining ?? null,
    retraining: {
      running: executions.running ?? null,
      announced: latest ? ((await announcementOf(stepFunctions, latest.arn)) ?? null) : null,
      last: executions.ended ?? null,
      locked: lock !== undefined,
    },
    queues: await Promise.all(QUEUES.map(async (queue) => ({ queue, ...(await describeQueue(sqs, urls[queue])).depth }))),
    deadLetters,
    quarantined,
  };
};

const liveVersion = async ({ settings, outputs, dynamoDb }: Stage, version: number): Promise<LiveVersion> => {
  const sageMaker = new SageMakerClient(settings);
  try {
    const [record, routing, clustering] = await Promise.all([
      readStoredVersion({ client: dynamoDb, tableName: outputs.ModelsTable }, version),
      endpointStatus(sageMaker, `${outputs.EndpointPrefix}-routing-v${version}`),
      endpointStatus(sageMaker, `${outputs.EndpointPrefix}-clustering-v${version}`),
    ]);
    return { version, record: record ?? null, endpoints: { routing, clustering } };
  } finally {
    sageMaker.destroy();
  }
};
