import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { removeQuarantined } from '../../adapters/dynamodb/quarantined.ts';
import type { Quarantined } from '../../adapters/dynamodb/quarantined.ts';
import { deleteStoredText, readStoredText } from '../../adapters/s3/stored-text.ts';
import { counted } from '../local/print.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import type { Stage } from '../stage/reach-stage.ts';
import { readText } from '../stage/read-text.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { UsageError, UserError } from '../user-error.ts';
import { chosenMessages, dataBucket, quarantineTable } from './choose.ts';
import type { Chosen } from './command.ts';

/** Sends first and removes afterwards: a message that is interrupted in between is sent once more, and changes nothing. */
export const retryMessages = async (
  { stage, print, confirm }: OnStage,
  ids: readonly string[],
  { body: file, ...chosen }: Chosen & { readonly body?: string },
  around: StageSurroundings,
): Promise<void> => {
  if (file !== undefined && (chosen.all || ids.length !== 1)) throw new UsageError('--body mends one message: name it.');
  const mended = file === undefined ? undefined : await readText(file, around);
  const messages = await chosenMessages(stage, ids, chosen);
  await confirm(`send ${counted(messages.length, 'quarantined message')} again`);
  for (const message of messages) {
    const MessageBody = mended ?? (await wholeBody(stage, message));
    await stage.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(stage, message.queue), MessageBody }));
    await remove(stage, message);
  }
  const note = messages.length === 0 ? '' : '; what is still wrong with them brings them back under a new id';
  print(
    { retried: messages.map(({ messageId }) => messageId) },
    () => `${counted(messages.length, 'message')} sent again${note}`,
  );
};

export const dropMessages = async ({ stage, print, confirm }: OnStage, ids: readonly string[], chosen: Chosen): Promise<void> => {
  const messages = await chosenMessages(stage, ids, chosen);
  await confirm(`drop ${counted(messages.length, 'quarantined message')} for good`);
  for (const message of messages) await remove(stage, message);
  print({ dropped: messages.map(({ messageId }) => messageId) }, () => `${counted(messages.length, 'message')} dropped`);
};

const wholeBody = async (stage: Stage, { messageId, body, bodyRef }: Quarantined): Promise<string> => {
  if (bodyRef === undefined) return body;
  const whole = await readStoredText(dataBucket(stage), bodyRef);
  if (whole === undefined) throw new UserError(`The text of message ${messageId} is past its retention: drop it.`);
  return whole;
};

/** The text first: without its record nobody would find it again. */
const remove = async (stage: Stage, { messageId, bodyRef }: Quarantined): Promise<void> => {
  if (bodyRef !== undefined) await deleteStoredText(dataBucket(stage), bodyRef);
  await removeQuarantined(quarantineTable(stage), messageId);
};

const queueUrl = ({ outputs }: Stage, queue: Quarantined['queue']): string =>
  ({ tickets: outputs.TicketsQueueUrl, outcomes: outputs.OutcomesQueueUrl, rescore: outputs.RescoreQueueUrl })[queue];
