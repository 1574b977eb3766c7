import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { eventLogLineSchema } from '../../core/contracts/bus-event.ts';
import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import type {
  DayRange,
  EventLogEntry,
  EventLogReader,
  EventLogScan,
  EventLogWriter,
  PlacedEntry,
} from '../../core/archive/event-log.ts';
import { listKeys } from './list-keys.ts';
import { readAhead } from './read-ahead.ts';

const PREFIX = 'events/';
const SUFFIX = '.jsonl.gz';
const DAY = /^events\/dt=(\d{4}-\d{2}-\d{2})\//;

/** Objects hold a batch of at most some MB; eight under way hide the latency of small ones without filling the memory. */
const OBJECTS_AHEAD = 8;

export interface S3EventLogOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Reads `events/dt=YYYY-MM-DD/*.jsonl.gz`, object by object: what is held at a time is a few objects and the ids seen. */
export const s3EventLogReader = (options: S3EventLogOptions): EventLogReader => ({
  newestFirst: (days) => once(entries(options, reversed(keysOf(options, days)), (lines) => lines.toReversed())),
});

/** What is held at a time is a few objects, however long the log. */
export const s3EventLogScan = (options: S3EventLogOptions): EventLogScan => ({
  arrivals: (days) => entries(options, keysOf(options, days), (lines) => lines),
  again: (objects) => {
    const wanted = new Map(objects);
    return entries(options, inTurn(wanted.keys()), (lines, key) => lines.filter(({ number }) => wanted.get(key)?.has(number)));
  },
});

/** An event id once. */
async function* once(all: AsyncIterable<EventLogEntry>): AsyncGenerator<EventLogEntry> {
  const seen = new Set<string>();
  for await (const entry of all) {
    if (entry.kind === 'event') {
      if (seen.has(entry.line.id)) continue;
      seen.add(entry.line.id);
    }
    yield entry;
  }
}

async function* keysOf({ client, bucket }: S3EventLogOptions, days: DayRange): AsyncGenerator<string> {
  // One listing over all days: most days of a small organisation are a page together, and a request a day would be one each.
  for await (const key of listKeys({ client, bucket, prefix: PREFIX, startAfter: `${PREFIX}dt=${days.from}/` })) {
    const day = DAY.exec(key)?.[1];
    if (day === undefined || day < days.from || !key.endsWith(SUFFIX)) continue;
    if (day > days.to) return;
    yield key;
  }
}

// oxlint-disable-next-line require-await -- a sequence in memory has nothing to wait for
async function* inTurn(keys: Iterable<string>): AsyncGenerator<string> {
  yield* keys;
}

async function* reversed(keys: AsyncIterable<string>): AsyncGenerator<string> {
  yield* (await Array.fromAsync(keys)).toReversed();
}

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

async function* entries(
  { client, bucket }: S3EventLogOptions,
  keys: AsyncIterable<string>,
  choose: (lines: readonly NumberedLine[], key: string) => readonly NumberedLine[],
): AsyncGenerator<PlacedEntry> {
  const fetchObject = async (key: string): Promise<{ key: string; bytes: Uint8Array }> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { key, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  };
  for await (const { key, bytes } of readAhead(keys, fetchObject, OBJECTS_AHEAD)) {
    const unpacked = unpack(bytes);
    if (unpacked === undefined) {
      yield {
        kind: 'malformed',
        where: key,
        reason: 'The object is not gzip, or was cut off.',
        place: { object: key, number: 1 },
      };
      continue;
    }
    const lines = unpacked
      .split('\n')
      .map((text, index) => ({ number: index + 1, text }))
      .filter(({ text }) => text.trim() !== '');
    for (const line of choose(lines, key)) yield { ...parseLine(line, key), place: { object: key, number: line.number } };
  }
}

function unpack(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}

function parseLine({ number, text }: NumberedLine, key: string): EventLogEntry {
  const where = `${key}:${String(number)}`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'malformed', where, reason: 'The line is not JSON.' };
  }
  const parsed = eventLogLineSchema.safeParse(json);
  if (parsed.success) return { kind: 'event', line: parsed.data };
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).filter((path) => path !== '');
  return { kind: 'malformed', where, reason: `The line is no event: ${fields.join(', ') || 'it is not an object'}.` };
}

/**
 * Writes a batch as one object for every day of arrival. An object is named after the time of its first line and the hash of its
 * content, so that names sort by arrival and a batch that is written again lands on itself.
 */
export const s3EventLogWriter = ({ client, bucket }: S3EventLogOptions): EventLogWriter => ({
  async append(lines) {
    const keys: string[] = [];
    for (const [day, ofDay] of Map.groupBy(lines, arrivalDay)) {
      const body = ofDay.map((line) => `${JSON.stringify(line)}\n`).join('');
      const key = `${PREFIX}dt=${day}/${objectName(ofDay, body)}${SUFFIX}`;
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: gzipSync(body), ContentType: 'application/gzip' }),
      );
      keys.push(key);
    }
    return keys;
  },
});

const arrivalDay = (line: EventLogLine): string => new Date(line.time).toISOString().slice(0, 10);

function objectName(lines: readonly EventLogLine[], body: string): string {
  const first = Math.min(...lines.map(({ time }) => Date.parse(time)));
  const timeOfDay = new Date(first).toISOString().slice(11, 19).replaceAll(':', '-');
  return `${timeOfDay}-${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
}
