import type { EventLogWriter } from '../../core/archive/event-log.ts';
import type { HistoryFile } from './history-file.ts';
import { rowExaminer } from './history-row.ts';
import type { Understanding } from './understanding.ts';
import { lessonLine, lessonWriter } from './write-lessons.ts';

/**
 * Rows of a file without times are dealt over this long before it was written, so that there is a past to learn from. Not in their
 * order: files are often sorted by label, and then the newest tickets would all have labels that the others have not.
 */
export const DEALT_DAYS = 56;
const DAY_MS = 86_400_000;
/** The rows of a file older than this are dealt up to now: a training would not read all of them otherwise. */
const OLDEST_DEALT_DAYS = 300;
const TICKETS_BETWEEN_REPORTS = 500;

export interface WriteOptions {
  readonly log: EventLogWriter;
  readonly nowMs: number;
  /** When the file was last written, ISO 8601 in UTC. */
  readonly recordedAt: string;
  readonly onTickets: (tickets: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a file a second time, and writes its tickets into the event log as they were understood. The same file makes the same events
 * under the same ids, in the same objects.
 */
export const writeHistory = async (
  history: HistoryFile,
  { order, nameOf }: Pick<Understanding, 'order' | 'nameOf'>,
  { log, nowMs, recordedAt, onTickets, signal }: WriteOptions,
): Promise<{ readonly lines: number; readonly objects: number }> => {
  const examine = rowExaminer(history.columns, order, nowMs);
  const writer = lessonWriter(log);
  let written = 0;
  const ignore = (): void => undefined;
  const writtenMs = Date.parse(recordedAt);
  const endMs = writtenMs > nowMs || writtenMs < nowMs - OLDEST_DEALT_DAYS * DAY_MS ? nowMs : writtenMs;
  const dealtTime = (dealt: number): string => new Date(endMs - (1 - dealt) * DEALT_DAYS * DAY_MS).toISOString();
  for await (const row of history.rows(ignore, ignore)) {
    const examined = examine(row);
    if (examined.kind === 'refused') continue;
    const { eventId, ticketId, time, dealt, subject, body, labels } = examined.ticket;
    const named = Object.entries(labels).map(([head, label]) => [head, nameOf[head]?.get(label) ?? label]);
    const past = {
      eventId,
      ticketId,
      time: time ?? dealtTime(dealt),
      subject,
      body,
      labels: Object.fromEntries(named),
      recordedAt,
    };
    await writer.add(lessonLine(past));
    if (++written % TICKETS_BETWEEN_REPORTS === 0) {
      signal?.throwIfAborted();
      onTickets(written);
    }
  }
  return writer.end();
};
