import type { ContainerProcess } from './container-process.ts';
import { epochSeconds } from './request.ts';
import type { TrainingRequest } from './training-request.ts';

export interface TrainingJob {
  readonly name: string;
  readonly createdAtMs: number;
  readonly status: TrainingJobStatus;
}

export type TrainingJobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';
export type SecondaryStatus =
  | 'Starting'
  | 'Downloading'
  | 'Training'
  | 'Uploading'
  | 'Completed'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'MaxRuntimeExceeded';

interface Transition {
  readonly status: SecondaryStatus;
  readonly startedAtMs: number;
  endedAtMs?: number;
}

export interface Job {
  readonly name: string;
  readonly arn: string;
  readonly request: TrainingRequest;
  readonly createdAtMs: number;
  status: TrainingJobStatus;
  readonly transitions: Transition[];
  failureReason?: string;
  artifactUri?: string;
  process?: ContainerProcess;
  trainingStartedAtMs?: number;
  endedAtMs?: number;
}

export const summary = (job: Job): Record<string, unknown> => ({
  TrainingJobName: job.name,
  TrainingJobArn: job.arn,
  TrainingJobStatus: job.status,
  CreationTime: epochSeconds(job.createdAtMs),
  LastModifiedTime: epochSeconds(job.transitions.at(-1)?.startedAtMs ?? job.createdAtMs),
  ...(job.endedAtMs !== undefined && { TrainingEndTime: epochSeconds(job.endedAtMs) }),
});

export const describe = (job: Job): Record<string, unknown> => {
  const { members } = job.request;
  const seconds =
    job.trainingStartedAtMs !== undefined &&
    job.endedAtMs !== undefined &&
    Math.ceil((job.endedAtMs - job.trainingStartedAtMs) / 1000);
  return {
    ...summary(job),
    SecondaryStatus: job.transitions.at(-1)?.status ?? 'Starting',
    SecondaryStatusTransitions: job.transitions.map(({ status, startedAtMs, endedAtMs }) => ({
      Status: status,
      StartTime: epochSeconds(startedAtMs),
      ...(endedAtMs !== undefined && { EndTime: epochSeconds(endedAtMs) }),
    })),
    HyperParameters: job.request.hyperParameters,
    AlgorithmSpecification: members['AlgorithmSpecification'],
    RoleArn: members['RoleArn'],
    InputDataConfig: members['InputDataConfig'] ?? [],
    OutputDataConfig: members['OutputDataConfig'],
    ResourceConfig: members['ResourceConfig'],
    StoppingCondition: { MaxRuntimeInSeconds: job.request.maxRuntimeSeconds },
    ...(members['CheckpointConfig'] !== undefined && { CheckpointConfig: members['CheckpointConfig'] }),
    EnableNetworkIsolation: members['EnableNetworkIsolation'] ?? false,
    ...(job.failureReason && { FailureReason: job.failureReason }),
    ...(job.artifactUri && { ModelArtifacts: { S3ModelArtifacts: job.artifactUri } }),
    ...(job.trainingStartedAtMs !== undefined && { TrainingStartTime: epochSeconds(job.trainingStartedAtMs) }),
    ...(seconds !== false && { TrainingTimeInSeconds: seconds, BillableTimeInSeconds: seconds }),
  };
};
