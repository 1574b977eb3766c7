import { callIntegration, parsedMember, type TaskCall } from './integrations.ts';
import { isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { ServiceIntegration } from './resource.ts';
import { BranchAbortedError, StatesError, untilAborted } from './states-error.ts';

interface Job {
  readonly describe: string;
  readonly stop: string;
  readonly key: JsonObject;
  readonly status: string;
  readonly succeeded: string;
  readonly failed: readonly string[];
}

/** How often a `.sync` Task looks after its job, in milliseconds of the cloud's clock. */
const POLL_MS = 1000;

const jobOf = ({ service, action }: ServiceIntegration, args: Json, answer: Json): Job => {
  const of = (value: Json, name: string): Json => (isObject(value) ? (value[name] ?? null) : null);
  if (service === 'sagemaker' && action === 'createTrainingJob') {
    return {
      describe: 'describeTrainingJob',
      stop: 'stopTrainingJob',
      key: { TrainingJobName: of(args, 'TrainingJobName') },
      status: 'TrainingJobStatus',
      succeeded: 'Completed',
      failed: ['Failed', 'Stopped'],
    };
  }
  return {
    describe: 'describeExecution',
    stop: 'stopExecution',
    key: { ExecutionArn: of(answer, 'ExecutionArn') },
    status: 'Status',
    succeeded: 'SUCCEEDED',
    failed: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  };
};

/**
 * Waits until the job that a `.sync` Task started has ended, and returns its description.
 * Where the Task is given up, the job is stopped.
 * @throws StatesError States.TaskFailed with the description as cause
 */
export const awaitJob = async (
  integration: ServiceIntegration,
  call: TaskCall,
  answer: Json,
  signal: AbortSignal,
): Promise<Json> => {
  const job = jobOf(integration, call.args, answer);
  const ask = (action: string): Promise<Json> =>
    callIntegration({ ...integration, action, pattern: 'request' }, { ...call, args: job.key });
  try {
    for (;;) {
      await call.runtime.clock.sleep(POLL_MS, signal);
      if (signal.aborted) throw new BranchAbortedError('The task was given up while its job ran');
      const described = await untilAborted(ask(job.describe), signal);
      const status = isObject(described) ? textOf(described[job.status]) : '';
      const result = integration.pattern === 'sync:2' && isObject(described) ? withParsedText(described) : described;
      if (status === job.succeeded) return result;
      if (job.failed.includes(status)) throw new StatesError('States.TaskFailed', JSON.stringify(result));
    }
  } catch (error) {
    if (error instanceof BranchAbortedError) await stop(() => ask(job.stop));
    throw error;
  }
};

/** Best effort, as on AWS: the job may have ended by itself in the meantime. */
const stop = async (ask: () => Promise<Json>): Promise<void> => {
  try {
    await ask();
  } catch (ignored) {
    return;
  }
};

const withParsedText = (described: JsonObject): JsonObject => parsedMember(parsedMember(described, 'Input'), 'Output');
