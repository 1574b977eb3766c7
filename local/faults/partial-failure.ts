import type { ApiCall, Dispatch } from '../service.ts';
import type { Random } from './seeded.ts';

type Result = Record<string, unknown>;
type Entry = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly Entry[] => (Array.isArray(value) ? (value as readonly Entry[]) : []);

/** Lets each entry of a batch fail with the probability `share`, in the shape that the service gives to that; the others go on. */
export const refuseEntries = (call: ApiCall, proceed: Dispatch, share: number, random: Random): Promise<Result> => {
  const isRefused = (): boolean => random() < share;
  if (call.service === 'events') return refuseEvents(call, proceed, isRefused);
  if (call.service === 'dynamodb') return leaveUnprocessed(call, proceed, isRefused);
  return refuseById(call, proceed, isRefused);
};

/** PutEvents answers in the order of its entries. */
const refuseEvents = async (call: ApiCall, proceed: Dispatch, isRefused: () => boolean): Promise<Result> => {
  const entries = listOf(call.input['Entries']).map((entry) => ({ entry, refused: isRefused() }));
  const kept = entries.filter(({ refused }) => !refused).map(({ entry }) => entry);
  const result = kept.length > 0 ? await proceed({ ...call, input: { ...call.input, Entries: kept } }) : {};
  const answers = listOf(result['Entries'])[Symbol.iterator]();
  const failure = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal failure' };
  return {
    ...result,
    FailedEntryCount: Number(result['FailedEntryCount'] ?? 0) + entries.length - kept.length,
    Entries: entries.map(({ refused }) => (refused ? failure : (answers.next().value ?? failure))),
  };
};

/** Batches of SQS and SNS answer by id. */
const refuseById = async (call: ApiCall, proceed: Dispatch, isRefused: () => boolean): Promise<Result> => {
  const member = call.action === 'PublishBatch' ? 'PublishBatchRequestEntries' : 'Entries';
  const refused: Entry[] = [];
  const kept = listOf(call.input[member]).filter((entry) => {
    const isIt = isRefused();
    if (isIt) refused.push(entry);
    return !isIt;
  });
  const result = kept.length > 0 ? await proceed({ ...call, input: { ...call.input, [member]: kept } }) : { Successful: [] };
  const failures = refused.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: 'InternalError',
    Message: 'We encountered an internal error. Please try again.',
  }));
  return failures.length === 0 ? result : { ...result, Failed: [...listOf(result['Failed']), ...failures] };
};

/** A throttled batch of DynamoDB comes back as what was not processed. */
const leaveUnprocessed = async (call: ApiCall, proceed: Dispatch, isRefused: () => boolean): Promise<Result> => {
  const writes = call.action === 'BatchWriteItem';
  const asked = call.input['RequestItems'] as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  for (const [table, request] of Object.entries(asked)) {
    const all = writes ? listOf(request) : listOf((request as Entry)['Keys']);
    const parts = { kept: [] as Entry[], left: [] as Entry[] };
    for (const one of all) parts[isRefused() ? 'left' : 'kept'].push(one);
    const rebuilt = (part: readonly Entry[]): unknown => (writes ? part : { ...(request as Entry), Keys: part });
    if (parts.kept.length > 0) kept[table] = rebuilt(parts.kept);
    if (parts.left.length > 0) left[table] = rebuilt(parts.left);
  }
  const member = writes ? 'UnprocessedItems' : 'UnprocessedKeys';
  const nothing = writes ? { UnprocessedItems: {} } : { Responses: {}, UnprocessedKeys: {} };
  const result =
    Object.keys(kept).length > 0 ? await proceed({ ...call, input: { ...call.input, RequestItems: kept } }) : nothing;
  return { ...result, [member]: merged(result[member] as Readonly<Record<string, unknown>> | undefined, left) };
};

const merged = (
  first: Readonly<Record<string, unknown>> = {},
  second: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const both: Record<string, unknown> = { ...first };
  for (const [table, value] of Object.entries(second)) {
    const there = both[table];
    if (there === undefined) both[table] = value;
    else if (Array.isArray(value)) both[table] = [...listOf(there), ...listOf(value)];
    else both[table] = { ...(value as Entry), Keys: [...listOf((there as Entry)['Keys']), ...listOf((value as Entry)['Keys'])] };
  }
  return both;
};
