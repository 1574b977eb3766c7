import { randomUUID } from 'node:crypto';
import { refuseBeyond } from '../limit.ts';
import type { BusEvent } from './event.ts';
import { eventsLimits } from './limits.ts';

type Entry = Readonly<Record<string, unknown>>;

export type ReadEntry =
  | { readonly kind: 'event'; readonly bus: string; readonly event: BusEvent }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Checks what AWS refuses a whole request for. */
export const readEntries = (value: unknown): readonly Entry[] => {
  const entries = (value ?? []) as readonly Entry[];
  refuseBeyond(
    eventsLimits.entries,
    entries.length,
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${eventsLimits.entries.most} and greater than or equal to 1; it has ${entries.length}`,
  );
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  refuseBeyond(
    eventsLimits.request,
    bytes,
    `Total size of the entries in the request is over the limit: ${bytes} bytes, at most ${eventsLimits.request.most}.`,
  );
  return entries;
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const entryBytes = (entry: Entry): number => {
  const resources = (entry['Resources'] ?? []) as readonly unknown[];
  return [entry['Source'], entry['DetailType'], entry['Detail'], ...resources].reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    entry['Time'] === undefined ? 0 : 14,
  );
};

/** Reads one entry; what is wrong with it is its own result and not the request's. */
export const readEntry = (
  entry: Entry,
  context: {
    readonly region: string;
    readonly accountId: string;
    readonly now: number;
    readonly hasBus: (name: string) => boolean;
  },
): ReadEntry => {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      return refused('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  const source = entry['Source'] as string;
  if (source.startsWith('aws.')) return refused('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`);
  const detail = parseDetail(entry['Detail'] as string);
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.');
  const bus = busName((entry['EventBusName'] ?? 'default') as string);
  if (!context.hasBus(bus)) {
    return refused('InvalidArgument', `Parameter EventBusName is not valid. Reason: Event bus ${bus} does not exist.`);
  }
  const time = entry['Time'] === undefined || entry['Time'] === null ? context.now : Number(entry['Time']) * 1000;
  return {
    kind: 'event',
    bus,
    event: {
      version: '0',
      id: randomUUID(),
      'detail-type': entry['DetailType'] as string,
      source,
      account: context.accountId,
      time: new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region: context.region,
      resources: (entry['Resources'] ?? []) as readonly string[],
      detail,
    },
  };
};

/** A bus may be named or given by its ARN. */
export const busName = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;

const refused = (code: string, message: string): ReadEntry => ({ kind: 'refused', code, message });

const parseDetail = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
      ? (detail as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};
