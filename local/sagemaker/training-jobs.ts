import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import type { Caller } from '../service.ts';
import type { State } from '../state/state.ts';
import { startContainer } from './container-process.ts';
import { checkpointsOf } from './checkpoints.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { ImageProgram } from './dockerfile.ts';
import { packFolder } from './model-archive.ts';
import { checkTrainingQuota } from './quotas.ts';
import type { SageMakerQuotas } from './quotas.ts';
import { nameMember, requiredText, validation } from './request.ts';
import type { Members } from './request.ts';
import type { Storage } from './storage.ts';
import { algorithmError, layOut } from './training-folder.ts';
import { describe, summary } from './training-job.ts';
import type { Job, SecondaryStatus, TrainingJob, TrainingJobStatus } from './training-job.ts';
import { readTrainingRequest } from './training-request.ts';

export interface TrainingJobsOptions {
  readonly clock: Clock;
  readonly state: State;
  readonly storage: Storage;
  readonly callerOf: (roleArn: string) => Caller;
  readonly programOf: (image: string) => ImageProgram;
  /** Variables that every container gets, e.g. region and endpoint. */
  readonly environmentOf: (caller: Caller) => Readonly<Record<string, string>>;
  readonly temporaryFolder: () => string;
  readonly arnOf: (kind: string, name: string) => string;
  /** How long the statuses before and after the program's run last. */
  readonly statusDelayMs: number;
  readonly quotas: SageMakerQuotas;
  /** Takes a line that a job’s program wrote. */
  readonly log: (jobName: string, line: string) => void;
}

/** A job as the state holds it: its request is read again. */
interface KeptJob extends Omit<Job, 'request' | 'process'> {
  readonly members: Members;
}

/** SageMaker gives a job that is stopped 120 s to save what it has; nobody waits that long at a desk. */
const stopGraceMs = 5000;

export interface TrainingJobs {
  create(input: Members): Record<string, unknown>;
  describe(input: Members): Record<string, unknown>;
  stop(input: Members): Record<string, unknown>;
  all(): Iterable<TrainingJob>;
  summaryOf(job: TrainingJob): Record<string, unknown>;
  running(): number;
  /** Starts the jobs again that were running when the last run ended. */
  resume(): void;
  close(): Promise<void>;
}

export const createTrainingJobs = (options: TrainingJobsOptions): TrainingJobs => {
  const { clock, storage, callerOf, programOf, environmentOf, temporaryFolder, arnOf, statusDelayMs, quotas, log } = options;
  const jobs = new Map<string, Job>();
  const kept = options.state.section<KeptJob>('sagemaker/training-jobs');
  const runs = new Set<Promise<void>>();
  const closing = new AbortController();

  const keep = ({ request, process: _process, ...job }: Job): void => kept.put(job.name, { ...job, members: request.members });

  const enter = (job: Job, status: SecondaryStatus): void => {
    const current = job.transitions.at(-1);
    if (current) current.endedAtMs = clock.now();
    job.transitions.push({ status, startedAtMs: clock.now() });
    keep(job);
  };

  const end = (job: Job, status: TrainingJobStatus, secondary: SecondaryStatus): void => {
    job.status = status;
    job.endedAtMs = clock.now();
    enter(job, secondary);
  };

  const fail = (job: Job, reason: string): void => {
    // FailureReason holds at most 1024 characters.
    job.failureReason = reason.slice(0, 1024);
    end(job, 'Failed', 'Failed');
  };

  const isStopping = (job: Job): boolean => job.status === 'Stopping';

  const run = async (job: Job): Promise<void> => {
    const folder = join(temporaryFolder(), `job-${job.name}`);
    try {
      enter(job, 'Starting');
      await clock.sleep(statusDelayMs, closing.signal);
      enter(job, 'Downloading');
      const checkpoints =
        job.request.checkpointUri === undefined
          ? undefined
          : checkpointsOf(storage, job.request.caller, job.request.checkpointUri, join(folder, 'checkpoints'));
      const missing =
        (await layOut(storage, job.request, folder)) ??
        (await checkpoints?.restore().then(
          () => undefined,
          (error: unknown) => `ClientError: Checkpoint download failed: ${String(error)}`,
        ));
      if (closing.signal.aborted) return;
      if (missing) return fail(job, missing);
      if (isStopping(job)) return end(job, 'Stopped', 'Stopped');
      await train(job, folder, checkpoints);
    } catch (error) {
      fail(job, `InternalServerError: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  const train = async (job: Job, folder: string, checkpoints: Checkpoints | undefined): Promise<void> => {
    const { request } = job;
    enter(job, 'Training');
    job.trainingStartedAtMs = clock.now();
    const started = startContainer({
      program: request.program,
      command: 'train',
      environment: {
        ...environmentOf(request.caller),
        TRAINING_JOB_NAME: job.name,
        TRAINING_JOB_ARN: job.arn,
        ...request.environment,
        OPT_ML_DIR: folder,
      },
      temporaryFolder: temporaryFolder(),
      log: (line) => log(job.name, line),
    });
    job.process = started;
    const following = checkpoints?.follow();
    let tooLong = false;
    // Wall time: the program computes at wall speed, and a jump of the clock must not cut it off.
    const timer = setTimeout(
      () => {
        tooLong = true;
        void started.stop(stopGraceMs);
      },
      Math.min(request.maxRuntimeSeconds * 1000, 2 ** 31 - 1),
    );
    const code = await started.exited;
    clearTimeout(timer);
    // However the program ended: what it has left is for the next job.
    const unsaved = await following?.stop().then(
      () => undefined,
      (error: unknown) => `ClientError: Checkpoint upload failed: ${String(error)}`,
    );
    if (closing.signal.aborted) return;
    if (code !== 0 && !tooLong && !isStopping(job)) return fail(job, await algorithmError(folder, code));
    if (unsaved) return fail(job, unsaved);
    await upload(job, folder);
    if (closing.signal.aborted) return;
    if (tooLong) end(job, 'Stopped', 'MaxRuntimeExceeded');
    else if (isStopping(job)) end(job, 'Stopped', 'Stopped');
    else end(job, 'Completed', 'Completed');
  };

  const upload = async (job: Job, folder: string): Promise<void> => {
    const model = join(folder, 'model');
    if ((await readdir(model)).length === 0) return;
    if (!isStopping(job)) enter(job, 'Uploading');
    const uri = `${job.request.outputUri.replace(/\/$/, '')}/${job.name}/output/model.tar.gz`;
    await storage.write(job.request.caller, uri, await packFolder(model));
    job.artifactUri = uri;
    await clock.sleep(statusDelayMs, closing.signal);
  };

  const start = (job: Job): void => {
    const running = run(job).finally(() => runs.delete(running));
    runs.add(running);
  };

  const goOn = ({ members, ...job }: KeptJob): void => {
    const isOver = job.endedAtMs !== undefined;
    const take = (program: typeof programOf): Job => {
      const taken = { ...job, request: readTrainingRequest(members, callerOf, program) };
      jobs.set(job.name, taken);
      return taken;
    };
    // What has ended needs its image no more, and it may be gone.
    if (isOver) return void take(noProgram);
    try {
      start(take(programOf));
    } catch (error) {
      fail(take(noProgram), `InternalServerError: the job could not be started again: ${String(error)}`);
    }
  };

  const find = (input: Members): Job => {
    const job = jobs.get(requiredText(input, 'TrainingJobName'));
    if (!job) throw validation('Requested resource not found.');
    return job;
  };

  return {
    create: (input) => {
      const name = nameMember(input, 'TrainingJobName');
      const arn = arnOf('training-job', name);
      if (jobs.has(name)) {
        const message = `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`;
        throw new AwsError('ResourceInUse', message);
      }
      const request = readTrainingRequest(input, callerOf, programOf);
      const running = [...jobs.values()].filter(({ endedAtMs }) => endedAtMs === undefined);
      checkTrainingQuota(
        quotas,
        request.instanceType,
        running.map((job) => job.request.instanceType),
      );
      const job: Job = { name, arn, request, createdAtMs: clock.now(), status: 'InProgress', transitions: [] };
      jobs.set(name, job);
      start(job);
      return { TrainingJobArn: arn };
    },
    describe: (input) => describe(find(input)),
    stop: (input) => {
      const job = find(input);
      if (job.status !== 'InProgress') {
        throw validation('The request was rejected because the training job is in status ' + job.status);
      }
      job.status = 'Stopping';
      enter(job, 'Stopping');
      void job.process?.stop(stopGraceMs);
      return {};
    },
    all: () => jobs.values(),
    summaryOf: ({ name }) => {
      const job = jobs.get(name);
      return job ? summary(job) : {};
    },
    running: () => runs.size,
    resume: () => {
      for (const [, job] of kept.restored()) goOn(job);
    },
    close: async () => {
      closing.abort();
      for (const job of jobs.values()) if (job.endedAtMs === undefined) void job.process?.kill();
      await Promise.all(runs);
    },
  };
};

const noProgram = (): ImageProgram => ({ folder: '', entrypoint: ['node'], environment: {} });
