import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Dispatch } from '../service.ts';
import type { Invocation, InvocationResult } from './execution-environment.ts';
import type { EventSourceSettings, FunctionDefinition } from './function-definition.ts';
import { lambdaLimits } from './limits.ts';
import { splitBySize, sqsEventOf, succeededOf } from './sqs-batch.ts';
import type { ReceivedMessage } from './sqs-batch.ts';

export interface EventSourceMapping {
  describe(): {
    readonly UUID: string;
    readonly EventSourceArn: string;
    readonly FunctionArn: string;
    readonly BatchSize: number;
    readonly MaximumBatchingWindowInSeconds: number;
    readonly ScalingConfig: { readonly MaximumConcurrency: number };
    readonly FunctionResponseTypes: readonly string[];
    readonly State: 'Enabled' | 'Disabled';
  };
  setEnabled(enabled: boolean): void;
  /** Batches that are gathered or on their way to the function and back. */
  busy(): number;
  close(): void;
}

interface Options {
  readonly id: string;
  readonly settings: EventSourceSettings;
  readonly definition: FunctionDefinition;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly invoke: (definition: FunctionDefinition, invocation: Invocation) => Promise<InvocationResult>;
  readonly log: (line: string) => void;
  /** Polling begins when this resolves. @default at once */
  readonly begin?: Promise<void>;
  /** Told when the mapping is enabled or disabled. */
  readonly onEnabled?: (enabled: boolean) => void;
}

/** SQS returns at most ten messages and waits at most 20 s. */
const maxReceived = 10;
const longPollSeconds = 20;
const retryDelayMs = 1000;
const deleteAttempts = 3;

/**
 * Polls a queue for a function. One loop gathers batches, and each runs on its own, at most `maximumConcurrency` at a time. Lambda's
 * many pollers would find no more: here a receive takes far less than an invocation.
 */
export const createEventSourceMapping = (options: Options): EventSourceMapping => {
  const { id, settings, definition, clock, dispatch, region, invoke, log } = options;
  const closing = new AbortController();
  const closed = new Promise<'closed'>((resolve) =>
    closing.signal.addEventListener('abort', () => resolve('closed'), { once: true }),
  );
  const queueUrl = queueUrlOf(settings.queueArn);
  let changed = Promise.withResolvers<void>();
  const state = { enabled: settings.enabled, running: 0, gathering: 0 };

  const call = (action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
    dispatch({ caller: definition.caller, service: 'sqs', action, input: { QueueUrl: queueUrl, ...input } });

  const receive = async (max: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> => {
    try {
      const received = call('ReceiveMessage', {
        MaxNumberOfMessages: Math.min(maxReceived, max),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const reply = await Promise.race([received, closed]);
      return reply === 'closed' ? [] : ((reply['Messages'] ?? []) as readonly ReceivedMessage[]);
    } catch (error) {
      log(`${definition.name}: receiving from ${settings.queueArn} failed: ${String(error)}`);
      await clock.sleep(retryDelayMs, closing.signal);
      return [];
    }
  };

  /** Waits for a first message, then until the batch is full or the window has passed. */
  const gather = async (): Promise<readonly ReceivedMessage[]> => {
    const messages = [...(await receive(settings.batchSize, longPollSeconds))];
    if (messages.length === 0) return [];
    const until = clock.now() + settings.batchingWindowSeconds * 1000;
    state.gathering = 1;
    // A long poll alone is nothing that a jump of the clock stops for; the end of the window is.
    const endWindow = clock.setTimer(until - clock.now(), () => undefined);
    while (state.enabled && !closing.signal.aborted && messages.length < settings.batchSize && clock.now() < until) {
      const leftSeconds = Math.min(longPollSeconds, Math.ceil((until - clock.now()) / 1000));
      messages.push(...(await receive(settings.batchSize - messages.length, leftSeconds)));
    }
    endWindow();
    return messages;
  };

  const deleteAll = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    for (let at = 0; at < messages.length; at += 10) {
      let entries = messages.slice(at, at + 10).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      for (let attempt = 1; entries.length > 0 && attempt <= deleteAttempts; attempt++) {
        const reply = await call('DeleteMessageBatch', { Entries: entries }).catch(() => undefined);
        const failed = new Set(((reply?.['Failed'] ?? []) as { Id: string }[]).map((entry) => entry.Id));
        if (reply) entries = entries.filter((entry) => failed.has(entry.Id));
      }
      if (entries.length > 0)
        log(`${definition.name}: ${entries.length} handled messages could not be deleted and will come again`);
    }
  };

  const process = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    try {
      const event = sqsEventOf(messages, settings.queueArn, region);
      const result = await invoke(definition, { requestId: randomUUID(), event });
      if (closing.signal.aborted) return;
      if (result.kind === 'returned') await deleteAll(succeededOf(messages, result.payload, settings.reportsItemFailures));
      // After an error nothing is deleted: the messages come back when their visibility timeout ends.
    } catch (error) {
      log(`${definition.name}: a batch of ${settings.queueArn} was not invoked: ${String(error)}`);
    }
  };

  const putBack = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    for (let at = 0; at < messages.length; at += 10) {
      const entries = messages
        .slice(at, at + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
      await call('ChangeMessageVisibilityBatch', { Entries: entries }).catch((error: unknown) => log(String(error)));
    }
  };

  const start = (messages: readonly ReceivedMessage[]): void => {
    state.running++;
    void process(messages).finally(() => {
      state.running--;
      changed.resolve();
    });
  };

  const nextChange = async (): Promise<void> => {
    changed = Promise.withResolvers<void>();
    await Promise.race([changed.promise, closed]);
  };

  const poll = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      if (!state.enabled || state.running >= settings.maximumConcurrency) {
        await nextChange();
        continue;
      }
      const messages = await gather();
      // What a closing mapping still holds stays in the queue; an invocation now would outlive the local cloud.
      if (closing.signal.aborted) return;
      // A poll that was under way when the mapping was disabled may still have received something.
      if (!state.enabled) await putBack(messages);
      else for (const part of splitBySize(messages, lambdaLimits.request.most)) start(part);
      state.gathering = 0;
    }
  };
  void (options.begin ?? Promise.resolve()).then(poll);

  return {
    describe: () => ({
      UUID: id,
      EventSourceArn: settings.queueArn,
      FunctionArn: definition.arn,
      BatchSize: settings.batchSize,
      MaximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
      FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
      State: state.enabled ? 'Enabled' : 'Disabled',
    }),
    setEnabled: (value) => {
      state.enabled = value;
      options.onEnabled?.(value);
      changed.resolve();
    },
    busy: () => state.running + state.gathering,
    close: () => closing.abort(),
  };
};

/** Only account and name of a queue's URL count: the client may know its host by another name. */
const queueUrlOf = (arn: string): string => {
  const [, , , region, accountId, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
};
