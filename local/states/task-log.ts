import type { Json } from './json.ts';
import type { TaskState } from './program.ts';
import type { Visit } from './runtime.ts';
import type { StatesError } from './states-error.ts';

/** Writes a Task's events: `LambdaFunction…` for a function's ARN, `Task…` for every integration. */
export interface TaskLog {
  scheduled(): void;
  submitted(answer: Json): void;
  succeeded(result: Json): void;
  failed(error: StatesError): void;
}

export const createTaskLog = (
  visit: Visit<TaskState>,
  args: Json,
  timeoutInSeconds: number | undefined,
  heartbeatInSeconds: number | undefined,
): TaskLog => {
  const { state, frame, runtime } = visit;
  const { integration } = state;
  const add = (type: string, details?: Readonly<Record<string, unknown>>): void => {
    frame.lastEventId = frame.execution.history.add(type, frame.lastEventId, details);
  };
  const limits = {
    ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    ...(heartbeatInSeconds === undefined ? {} : { heartbeatInSeconds }),
  };
  const reason = (error: StatesError): { error: string; cause?: string } =>
    error.cause === '' ? { error: error.error } : { error: error.error, cause: error.cause };
  const timedOut = (error: StatesError): boolean => error.error === 'States.Timeout' || error.error === 'States.HeartbeatTimeout';

  if (integration.kind === 'function') {
    const resource = integration.arn;
    return {
      scheduled: () => {
        add('LambdaFunctionScheduled', { resource, input: JSON.stringify(args), inputDetails: { truncated: false }, ...limits });
        add('LambdaFunctionStarted');
      },
      submitted: () => undefined,
      succeeded: (result) =>
        add('LambdaFunctionSucceeded', { output: JSON.stringify(result), outputDetails: { truncated: false } }),
      failed: (error) => add(timedOut(error) ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed', reason(error)),
    };
  }
  const [resource, resourceType] = state.Resource.split(':::')[1]?.startsWith('aws-sdk:')
    ? [state.Resource.split(':').slice(7).join(':'), `aws-sdk:${integration.service}`]
    : [state.Resource.split(':').slice(6).join(':'), integration.service];
  const what = { resourceType, resource };
  return {
    scheduled: () => {
      add('TaskScheduled', { ...what, region: runtime.region, parameters: JSON.stringify(args), ...limits });
      add('TaskStarted', what);
    },
    submitted: (answer) => add('TaskSubmitted', { ...what, output: JSON.stringify(answer), outputDetails: { truncated: false } }),
    succeeded: (result) => add('TaskSucceeded', { ...what, output: JSON.stringify(result), outputDetails: { truncated: false } }),
    failed: (error) => add(timedOut(error) ? 'TaskTimedOut' : 'TaskFailed', { ...what, ...reason(error) }),
  };
};
