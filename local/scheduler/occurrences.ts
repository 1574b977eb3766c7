import type { Clock } from '../clock.ts';
import { Deliveries, type Delivery, type DeliveryFailure } from '../events/retries.ts';
import { AwsError, type Caller, type Dispatch } from '../service.ts';
import type { State } from '../state/state.ts';
import type { Schedule } from './schedule.ts';
import { queueUrl } from './target.ts';

/** What of a schedule is enough to read it again. */
export interface KeptSchedule {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

interface Occurrence {
  readonly schedule: Schedule;
  readonly executionId: string;
  readonly scheduledTime: string;
}

/** An occurrence as it is kept: its schedule may be gone, by itself or by somebody's hand, before the target has answered. */
export interface KeptOccurrence extends KeptSchedule {
  readonly executionId: string;
  readonly scheduledTime: string;
}

/** AWS backs off with jitter; here a run must be repeatable. */
const backoffMs = (retry: number): number => Math.min(1000 * 2 ** (retry - 1), 8 * 60_000);

interface OccurrencesOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly state: State;
  readonly region: string;
  readonly accountId: string;
  readonly log: ((line: string) => void) | undefined;
  readonly parse: (kept: KeptSchedule) => Schedule;
  readonly groupArn: (name: string) => string;
}

/** Calls of schedules' targets, with their retries and dead letters. */
export const createOccurrences = (options: OccurrencesOptions): Deliveries<KeptOccurrence> => {
  const { clock, dispatch, state, parse, groupArn } = options;
  const deliveryOf = (of: KeptOccurrence): Delivery => {
    const schedule = parse(of);
    const occurrence: Occurrence = { schedule, executionId: of.executionId, scheduledTime: of.scheduledTime };
    const { target } = schedule;
    return {
      attempt: (retries) => dispatch({ ...target.callFor(payloadOf(occurrence, retries + 1)), caller: callerFor(schedule) }),
      policy: { maxAttempts: target.maxAttempts, maxAgeSeconds: target.maxAgeSeconds, backoffMs },
      giveUp: (failure) => giveUp(occurrence, failure),
    };
  };

  /** Roles are taken on for the schedule's group: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
  const callerFor = (schedule: Schedule): Caller => ({ ...schedule.target.caller, sourceArn: groupArn(schedule.group) });

  const payloadOf = ({ schedule, executionId, scheduledTime }: Occurrence, attempt: number): string => {
    const text = schedule.target.input ?? defaultInput(schedule, executionId, scheduledTime);
    return text
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
      .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
      .replaceAll('<aws.scheduler.execution-id>', executionId)
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
  };

  const defaultInput = (schedule: Schedule, id: string, time: string): string =>
    JSON.stringify({
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: options.accountId,
      time,
      region: options.region,
      resources: [schedule.arn],
      detail: '{}',
    });

  const giveUp = async (occurrence: Occurrence, { error, retries, exhausted }: DeliveryFailure): Promise<void> => {
    const { schedule, executionId, scheduledTime } = occurrence;
    const message = error instanceof Error ? error.message : String(error);
    options.log?.(`schedule ${schedule.name} could not call ${schedule.target.arn}: ${message}`);
    if (schedule.target.deadLetterArn === undefined) return;
    const attributes: Readonly<Record<string, string | undefined>> = {
      ERROR_CODE: error instanceof AwsError ? error.code : 'InternalError',
      ERROR_MESSAGE: message,
      EXECUTION_ID: executionId,
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: scheduledTime,
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: schedule.target.arn,
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).flatMap(([name, StringValue]) =>
        StringValue ? [[name, { DataType: 'String', StringValue }] as const] : [],
      ),
    );
    const input = {
      QueueUrl: queueUrl(schedule.target.deadLetterArn),
      MessageBody: payloadOf(occurrence, retries + 1),
      MessageAttributes,
    };
    try {
      await dispatch({ caller: callerFor(schedule), service: 'sqs', action: 'SendMessage', input });
    } catch (sendError) {
      options.log?.(`schedule ${schedule.name}: its dead-letter queue did not take the event either: ${String(sendError)}`);
    }
  };

  return new Deliveries({ clock, state, name: 'scheduler/deliveries', deliveryOf });
};
