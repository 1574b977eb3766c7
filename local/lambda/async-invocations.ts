import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import type { Caller, Dispatch } from '../service.ts';
import type { State } from '../state/state.ts';
import type { Invocation, InvocationResult } from './execution-environment.ts';
import { defaultAsyncInvokeSettings } from './function-definition.ts';
import type { AsyncInvokeSettings, FunctionDefinition } from './function-definition.ts';

/** Lambda waits a minute before the first retry and two before the second. */
const retryDelayMs = (failures: number): number => failures * 60_000;

/** Lambda comes back to a throttled event after about a second, at first. */
const throttleDelayMs = 1000;

export interface AsyncInvocations {
  /** Takes the event in; it runs later, with retries. */
  accept(event: QueuedEvent): void;
  /** Events that run now; those that wait for a retry are not among them. */
  readonly running: () => number;
  close(): void;
}

export interface QueuedEvent {
  readonly definition: FunctionDefinition;
  readonly settings: AsyncInvokeSettings | undefined;
  readonly invocation: Invocation;
}

interface Outcome {
  readonly queued: QueuedEvent;
  readonly attempts: number;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly result: InvocationResult | undefined;
}

/** An event as the state holds it. */
interface KeptEvent {
  readonly functionName: string;
  readonly invocation: Invocation;
  readonly acceptedAt: number;
  readonly failures: number;
  /** When the next attempt is due. */
  readonly dueAt: number;
}

interface Options {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly state: State;
  /** What is known of a function by its name; undefined where there is none any more. */
  readonly deployed: (functionName: string) => Omit<QueuedEvent, 'invocation'> | undefined;
  readonly run: (definition: FunctionDefinition, invocation: Invocation) => Promise<InvocationResult>;
  readonly log: (line: string) => void;
}

/** What `InvocationType: Event` puts in motion: at most two retries, then the failure destination or dead-letter queue. */
export const createAsyncInvocations = ({ clock, dispatch, state, deployed, run, log }: Options): AsyncInvocations => {
  const closing = new AbortController();
  const kept = state.section<KeptEvent>('lambda/asynchronous');
  let running = 0;

  const attempt = async (queued: QueuedEvent): Promise<InvocationResult | 'throttled'> => {
    running++;
    try {
      return await run(queued.definition, queued.invocation);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'TooManyRequestsException') return 'throttled';
      throw error;
    } finally {
      running--;
    }
  };

  const process = async (queued: QueuedEvent, event: KeptEvent): Promise<void> => {
    const { maximumRetryAttempts, maximumEventAgeSeconds } = queued.settings ?? defaultAsyncInvokeSettings;
    const giveUpAt = event.acceptedAt + maximumEventAgeSeconds * 1000;
    let { failures } = event;
    if (event.dueAt > clock.now()) await clock.sleep(event.dueAt - clock.now(), closing.signal);
    if (closing.signal.aborted) return;
    for (;;) {
      const result = await attempt(queued);
      if (closing.signal.aborted) return;
      if (result !== 'throttled' && result.kind === 'returned')
        return finish({ queued, attempts: failures + 1, condition: 'Success', result });
      if (result !== 'throttled' && ++failures > maximumRetryAttempts) {
        return finish({ queued, attempts: failures, condition: 'RetriesExhausted', result });
      }
      const delayMs = result === 'throttled' ? throttleDelayMs : retryDelayMs(failures);
      if (clock.now() + delayMs > giveUpAt) {
        return finish({
          queued,
          attempts: failures,
          condition: 'EventAgeExceeded',
          result: result === 'throttled' ? undefined : result,
        });
      }
      kept.put(queued.invocation.requestId, { ...event, failures, dueAt: clock.now() + delayMs });
      await clock.sleep(delayMs, closing.signal);
      if (closing.signal.aborted) return;
    }
  };

  const start = (queued: QueuedEvent, event: KeptEvent): void => {
    const { requestId } = queued.invocation;
    kept.put(requestId, event);
    process(queued, event)
      .catch((error: unknown) => log(`${queued.definition.name}: an asynchronous event was lost: ${String(error)}`))
      .finally(() => kept.remove(requestId));
  };

  const goOn = (events: readonly (readonly [string, KeptEvent])[]): void => {
    for (const [requestId, event] of events) {
      const target = deployed(event.functionName);
      if (target) start({ ...target, invocation: event.invocation }, event);
      else kept.remove(requestId);
    }
  };
  const restored = kept.restored();
  if (restored.length > 0) void state.released.then(() => goOn(restored));

  const finish = async (outcome: Outcome): Promise<void> => {
    const { definition, settings, invocation } = outcome.queued;
    if (outcome.condition === 'Success') {
      if (settings?.onSuccessArn) await deliver(definition.caller, settings.onSuccessArn, recordOf(outcome, clock.now()));
      return;
    }
    log(`${definition.name}: asynchronous event ${invocation.requestId} given up after ${outcome.attempts} attempts`);
    if (settings?.onFailureArn) await deliver(definition.caller, settings.onFailureArn, recordOf(outcome, clock.now()));
    if (definition.deadLetterArn) await deliver(definition.caller, definition.deadLetterArn, invocation.event);
  };

  const deliver = async (caller: Caller, arn: string, body: string): Promise<void> => {
    const service = arn.split(':')[2];
    if (service === 'sqs') {
      const input = { QueueUrl: queueUrlOf(arn), MessageBody: body };
      await dispatch({ caller, service, action: 'SendMessage', input });
    } else if (service === 'sns') {
      await dispatch({ caller, service, action: 'Publish', input: { TopicArn: arn, Message: body } });
    } else if (service === 'lambda') {
      const input = { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(body) };
      await dispatch({ caller, service, action: 'Invoke', input });
    } else if (service === 'events') {
      const { condition } = (JSON.parse(body) as { requestContext: { condition: string } }).requestContext;
      const detailType = `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`;
      const entry = { Source: 'lambda', DetailType: detailType, Detail: body, EventBusName: arn };
      await dispatch({ caller, service, action: 'PutEvents', input: { Entries: [entry] } });
    } else log(`destination ${arn} is of no kind that Lambda delivers to`);
  };

  return {
    accept: (queued) => {
      const { definition, invocation } = queued;
      const now = clock.now();
      start(queued, { functionName: definition.name, invocation, acceptedAt: now, failures: 0, dueAt: now });
    },
    running: () => running,
    close: () => closing.abort(),
  };
};

/** A queue's URL as far as its service reads it: account and name. */
const queueUrlOf = (arn: string): string => {
  const [, , , region, accountId, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const recordOf = ({ queued, attempts, condition, result }: Outcome, now: number): string => {
  const { definition, invocation } = queued;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: `${definition.arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(invocation.event) as unknown,
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(result.kind === 'failed' && { functionError: 'Unhandled' }),
      },
      responsePayload: result.kind === 'failed' ? result.error : (JSON.parse(result.payload) as unknown),
    }),
  });
};
