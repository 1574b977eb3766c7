import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { Json } from './json.ts';
import { StatesError } from './states-error.ts';

/** A Task that waits for somebody to report back with its token. */
export interface Callback {
  readonly token: string;
  readonly result: Promise<Json>;
  /** The token is worth nothing from here on. */
  close(): void;
}

export interface Callbacks {
  /** @param token of an earlier run, which somebody may hold */
  open(onHeartbeat: () => void, token?: string): Callback;
  succeed(token: string, output: Json): void;
  fail(token: string, error: string, cause: string): void;
  heartbeat(token: string): void;
}

interface Waiting {
  readonly resolve: (output: Json) => void;
  readonly reject: (error: Error) => void;
  readonly onHeartbeat: () => void;
}

export const createCallbacks = (): Callbacks => {
  const waiting = new Map<string, Waiting>();
  const closed = new Set<string>();

  const find = (token: string): Waiting => {
    const found = waiting.get(token);
    if (found) return found;
    if (closed.has(token)) throw new AwsError('TaskTimedOut', 'Task Timed Out: The task is no longer waiting for this token');
    throw new AwsError('InvalidToken', 'Invalid Token: The token was not issued here');
  };
  const close = (token: string): void => {
    waiting.delete(token);
    closed.add(token);
  };

  return {
    open: (onHeartbeat, token = randomUUID()) => {
      const { promise, resolve, reject } = Promise.withResolvers<Json>();
      // A branch that was aborted no longer listens; its failure is told elsewhere.
      promise.catch(() => undefined);
      waiting.set(token, { resolve, reject, onHeartbeat });
      return { token, result: promise, close: () => close(token) };
    },
    succeed: (token, output) => {
      find(token).resolve(output);
      close(token);
    },
    fail: (token, error, cause) => {
      find(token).reject(new StatesError(error, cause));
      close(token);
    },
    heartbeat: (token) => find(token).onHeartbeat(),
  };
};
