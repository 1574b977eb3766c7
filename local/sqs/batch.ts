import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';
import { sqsLimits } from './limits.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Reads a batch's entries and refuses what AWS refuses for the whole batch. */
export const readEntries = (action: string, value: unknown): readonly (Entry & { readonly Id: string })[] => {
  const entries = (value ?? []) as readonly Entry[];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${action}RequestEntry in the request.`);
  }
  if (entries.length > sqsLimits.batchEntries.most) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${sqsLimits.batchEntries.most}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  return entries.map((entry) => {
    const id = entry['Id'];
    if (typeof id !== 'string' || !/^[\w-]+$/.test(id) || !isWithin(sqsLimits.batchEntryId, id.length)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
    return { ...entry, Id: id };
  });
};

/** Does each entry by itself: one that fails is reported in its own place and the others go on. */
export const eachEntry = <E extends { readonly Id: string }>(
  entries: readonly E[],
  perform: (entry: E) => Record<string, unknown>,
): Record<string, unknown> => {
  const Successful: Record<string, unknown>[] = [];
  const Failed: Record<string, unknown>[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
};
