import { deliverUndelivered, peekDeadLetters, queueUrlOf, redriveDeadLetters } from '../../adapters/sqs/dead-letters.ts';
import { describeQueue } from '../../adapters/sqs/queue-depth.ts';
import { columns, counted, oneLine, time } from '../local/print.ts';
import { queueUrls } from '../stage/queues.ts';
import type { Stage } from '../stage/reach-stage.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import { UserError } from '../user-error.ts';
import { DEAD_LETTERS } from './places.ts';
import type { DeadLettersOf } from './places.ts';

const BODY_SHOWN = 160;

export interface CountedDeadLetters {
  readonly of: DeadLettersOf;
  /** Messages, taken ones included. */
  readonly messages: number;
}

interface Place extends CountedDeadLetters {
  readonly url: string;
  readonly arn: string | undefined;
}

const placeOf = async ({ sqs, outputs }: Stage, of: DeadLettersOf): Promise<Place> => {
  const arn = of === 'undelivered' ? undefined : (await describeQueue(sqs, queueUrls(outputs)[of])).deadLetterArn;
  const url = arn === undefined ? outputs.UndeliveredQueueUrl : await queueUrlOf(sqs, arn);
  const { waiting, inFlight, delayed } = (await describeQueue(sqs, url)).depth;
  return { of, url, arn, messages: waiting + inFlight + delayed };
};

export const deadLettersIn = async (stage: Stage): Promise<readonly CountedDeadLetters[]> =>
  (await Promise.all(DEAD_LETTERS.map((of) => placeOf(stage, of)))).map(({ of, messages }) => ({ of, messages }));

export const countDeadLetters = async ({ stage, print }: OnStage): Promise<void> => {
  const counts = await deadLettersIn(stage);
  print(counts, () =>
    columns(
      ['dead letters of', 'messages'],
      counts.map(({ of, messages }) => [of, messages]),
    ),
  );
};

export const showDeadLetters = async ({ stage, print }: OnStage, of: DeadLettersOf): Promise<void> => {
  const { url, messages } = await placeOf(stage, of);
  const shown = messages === 0 ? [] : await peekDeadLetters(stage.sqs, url);
  print({ of, messages, shown }, () =>
    [
      `${of}: ${counted(messages, 'dead letter')}`,
      ...shown.map(
        ({ messageId, sentAt, body, error }) =>
          `${time(sentAt)}  ${messageId}\n  ${oneLine(body, BODY_SHOWN)}${error === undefined ? '' : `\n  ${oneLine(error, BODY_SHOWN)}`}`,
      ),
      ...(messages > shown.length ? [`… and ${messages - shown.length} more`] : []),
    ].join('\n'),
  );
};

export const redrive = async ({ stage, print, confirm }: OnStage, of: DeadLettersOf): Promise<void> => {
  const { url, arn, messages } = await placeOf(stage, of);
  await confirm(`send ${counted(messages, 'dead letter')} of ${of} again`);
  if (arn === undefined) {
    const { delivered, left } = messages === 0 ? { delivered: 0, left: 0 } : await deliverUndelivered(stage.sqs, url);
    const note =
      left === 0
        ? ''
        : `; ${left} would start a retraining or a nightly check, and stay: start those by hand if they are still wanted`;
    return print({ of, redriven: delivered, left }, () => `${counted(delivered, 'event')} delivered${note}`);
  }
  const redriven = messages === 0 ? 0 : await moved(stage, arn);
  return print({ of, redriven, left: 0 }, () => `${counted(redriven, 'dead letter')} of ${of} sent again`);
};

const moved = async ({ sqs }: Stage, arn: string): Promise<number> => {
  try {
    return await redriveDeadLetters(sqs, arn);
  } catch (error) {
    if (error instanceof Error && /already a task running/.test(error.message))
      throw new UserError('These dead letters are being sent again already; look again in a minute.', { cause: error });
    throw error;
  }
};
