import { AwsError } from '../service.ts';
import type { ExecutionEnvironment, FunctionDeath, Invocation, InvocationResult } from './execution-environment.ts';

/** The environments of one function, cold and warm. */
export interface FunctionPool {
  /**
   * Runs one invocation in a free environment, a new one if all are busy.
   * @throws AwsError TooManyRequestsException if the function's reserved concurrency is used up
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Invocations that run or wait for an environment. */
  readonly busy: () => number;
  /** Ends the environment that works on the invocation of this trace, or on `any`. @returns how many it ended */
  kill(traceId: string, death: FunctionDeath): Promise<number>;
  close(): Promise<void>;
}

interface PoolOptions {
  readonly start: () => ExecutionEnvironment;
  /** Invocations beyond it are throttled, as on AWS. */
  readonly reservedConcurrency: number | undefined;
  /** Environments that this machine has room for; invocations beyond it wait, since AWS would not throttle them. */
  readonly maxEnvironments: number;
  /** A warm environment that was idle for so long is given up. Wall time. */
  readonly idleLimitMs: number;
}

interface Warm {
  readonly environment: ExecutionEnvironment;
  readonly giveUp: NodeJS.Timeout;
}

export const createFunctionPool = ({ start, reservedConcurrency, maxEnvironments, idleLimitMs }: PoolOptions): FunctionPool => {
  const all = new Set<ExecutionEnvironment>();
  const warm: Warm[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let busy = 0;
  let isClosed = false;

  const discard = (environment: ExecutionEnvironment): void => {
    all.delete(environment);
    void environment.close();
  };

  const take = (): ExecutionEnvironment => {
    for (let entry = warm.pop(); entry; entry = warm.pop()) {
      clearTimeout(entry.giveUp);
      if (entry.environment.usable()) return entry.environment;
      discard(entry.environment);
    }
    const environment = start();
    all.add(environment);
    return environment;
  };

  const giveBack = (environment: ExecutionEnvironment): void => {
    if (!environment.usable()) return discard(environment);
    const giveUp = setTimeout(() => {
      warm.splice(
        warm.findIndex((entry) => entry.environment === environment),
        1,
      );
      discard(environment);
    }, idleLimitMs);
    giveUp.unref();
    warm.push({ environment, giveUp });
  };

  const turn = async (): Promise<void> => {
    // A woken one takes over the place of the one that woke it, so that none can slip in between.
    if (running < maxEnvironments) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const invoke = async (invocation: Invocation): Promise<InvocationResult> => {
    if (reservedConcurrency !== undefined && busy >= reservedConcurrency) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
      });
    }
    busy++;
    await turn();
    if (isClosed)
      return { kind: 'failed', error: { errorType: 'Runtime.ExitError', errorMessage: 'Error: the function has ended' } };
    const environment = take();
    try {
      return await environment.invoke(invocation);
    } finally {
      giveBack(environment);
      busy--;
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };

  return {
    invoke,
    busy: () => busy,
    kill: async (traceId, death) => {
      const killed = await Promise.all(Array.from(all, (environment) => environment.kill(traceId, death)));
      return killed.filter(Boolean).length;
    },
    close: async () => {
      isClosed = true;
      for (const next of waiting.splice(0)) next();
      for (const entry of warm.splice(0)) clearTimeout(entry.giveUp);
      await Promise.all(Array.from(all, (environment) => environment.close()));
      all.clear();
    },
  };
};
