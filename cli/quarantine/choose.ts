import { listQuarantined, readQuarantined } from '../../adapters/dynamodb/quarantined.ts';
import type { Quarantined } from '../../adapters/dynamodb/quarantined.ts';
import type { Stage } from '../stage/reach-stage.ts';
import { UsageError, UserError } from '../user-error.ts';
import type { Chosen } from './command.ts';

export const quarantineTable = ({ dynamoDb, outputs }: Stage) => ({ client: dynamoDb, tableName: outputs.QuarantineTable });
export const dataBucket = ({ s3, outputs }: Stage) => ({ client: s3, bucket: outputs.DataBucket });

/** All messages, those of one code where it is given, the latest first. */
export const latestFirst = async (stage: Stage, code: string | undefined): Promise<readonly Quarantined[]> => {
  const all = await Array.fromAsync(listQuarantined(quarantineTable(stage)));
  return all
    .filter((message) => code === undefined || message.code === code)
    .toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt) || a.messageId.localeCompare(b.messageId));
};

/** The message of that id; a beginning will do where only one has it. @throws UserError */
export const findMessage = async (stage: Stage, id: string): Promise<Quarantined> => {
  const exact = await readQuarantined(quarantineTable(stage), id);
  if (exact) return exact;
  const begun = (await latestFirst(stage, undefined)).filter(({ messageId }) => messageId.startsWith(id));
  const [only, ...others] = begun;
  if (only && others.length === 0) return only;
  throw new UserError(
    only
      ? `${begun.length} messages begin with ${id}; write more of the id.`
      : `There is no message ${id} in quarantine; \`signalbox quarantine list\` shows them.`,
  );
};

/** What the call is about: the ids, or all. @throws UsageError where it says neither or both */
export const chosenMessages = async (
  stage: Stage,
  ids: readonly string[],
  { all, code }: Chosen,
): Promise<readonly Quarantined[]> => {
  if (all ? ids.length > 0 : ids.length === 0) throw new UsageError('Name messages by their ids, or say --all.');
  if (!all && code !== undefined) throw new UsageError('--code goes with --all.');
  if (all) return latestFirst(stage, code);
  const found = await Promise.all(ids.map((id) => findMessage(stage, id)));
  return [...new Map(found.map((message) => [message.messageId, message])).values()];
};
