/**
 * A failure inside an execution: `error` is the name that Retry and Catch match, `cause` the text beside it.
 * Source of the names: Amazon States Language, appendix A.
 */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  override readonly cause: string;
  /** Whether trying again can help is for the definition's Retry to say, never for this class. */
  readonly retryable = false;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}

/** Thrown through a branch whose execution, or whose sibling, has ended. Never shown to a definition. */
export class BranchAbortedError extends Error {
  override readonly name = 'BranchAbortedError';
  readonly retryable = false;
}

export const runtimeError = (cause: string): StatesError => new StatesError('States.Runtime', cause);

export const queryError = (expression: string, field: string, why: string): StatesError =>
  new StatesError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression}' specified for the field '${field}' ${why}`,
  );

/**
 * Whether one name of an `ErrorEquals` list matches. `States.Runtime` is terminal and `States.DataLimitExceeded`
 * answers to its own name only (developer guide, "Handling errors").
 */
export const matchesError = (pattern: string, error: string): boolean => {
  if (error === 'States.Runtime') return false;
  if (pattern === error) return true;
  if (error === 'States.DataLimitExceeded') return false;
  if (pattern === 'States.ALL') return true;
  if (pattern === 'States.TaskFailed') return error !== 'States.Timeout';
  return pattern === 'States.Timeout' && error === 'States.HeartbeatTimeout';
};

/** Rejects as soon as the branch is aborted, so that nothing waits for an answer nobody will read. */
export const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new BranchAbortedError('The branch was aborted'));
    if (signal.aborted) {
      work.catch(() => undefined);
      return abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
