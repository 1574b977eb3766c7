import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ModelError } from '../errors.ts';
import { keepUseToOneself } from '../onnx/session.ts';
import { buffersOf } from './buffers-of.ts';
import type { Work } from './work.ts';

/** What was asked of another thread failed there, or the thread ended. */
export class ThreadError extends ModelError {
  override readonly name = 'ThreadError';
}

/** Rows of work from which on a second thread is worth its start of some tenths of a second. */
export const WORTH_A_THREAD = 2_000;

/** A thread beside the calling one. It starts with the first request, and does not keep the process alive without one. */
export interface SecondThread {
  /**
   * Requests are done in their order. The arrays of an argument are handed over: they are empty here afterwards.
   * @param argumentOf called when the argument is sent, so that what has to wait takes no memory
   * @throws ThreadError
   */
  readonly ask: <Name extends keyof Work>(name: Name, argumentOf: () => Parameters<Work[Name]>[0]) => ReturnType<Work[Name]>;
  /** Ends the thread; what it has not answered fails. The next request starts it again. */
  readonly close: () => Promise<void>;
}

export interface Request {
  readonly name: keyof Work;
  readonly argument: unknown;
}
export type Answer = { readonly result: unknown } | { readonly error: string };

interface Asked {
  readonly name: keyof Work;
  readonly argumentOf: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * @param ahead requests that are sent before the first of them is answered
 * @returns undefined where the machine has one processor only
 */
export const openSecondThread = (ahead: number): SecondThread | undefined =>
  availableParallelism() > 1 ? startSecondThread(ahead) : undefined;

/** As openSecondThread, whatever the machine. */
export const startSecondThread = (ahead: number): SecondThread => {
  let waiting: Asked[] = [];
  let sent = 0;
  let worker: Worker | undefined;

  const failAll = (reason: string, cause?: unknown): void => {
    const failed = waiting;
    [waiting, sent, worker] = [[], 0, undefined];
    for (const { reject } of failed) reject(new ThreadError(reason, { cause }));
  };
  const start = (): Worker => {
    keepUseToOneself();
    const started = new Worker(programUrl());
    started.on('message', (answer: Answer) => {
      const asked = waiting.shift();
      sent--;
      if ('error' in answer) asked?.reject(new ThreadError(answer.error));
      else asked?.resolve(answer.result);
      send();
      if (waiting.length === 0) started.unref();
    });
    started.on('error', (cause) => {
      if (worker === started) failAll(`The second thread failed: ${cause.message}`, cause);
    });
    return started;
  };
  const send = (): void => {
    while (sent < Math.min(ahead, waiting.length)) {
      const { name, argumentOf } = waiting[sent]!;
      const argument = argumentOf();
      worker ??= start();
      worker.ref();
      worker.postMessage({ name, argument } satisfies Request, [...buffersOf(argument)]);
      sent++;
    }
  };
  return {
    ask: (name, argumentOf) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push({ name, argumentOf, resolve, reject });
      send();
      return promise as ReturnType<Work[typeof name]>;
    },
    close: async () => {
      const ended = worker?.terminate();
      failAll('The second thread was closed.');
      await ended;
    },
  };
};

/** Beside this file, or bundled beside the bundle that this file is in; see container/build.ts. */
const programUrl = (): URL => new URL(`thread-program${extname(import.meta.filename)}`, import.meta.url);
