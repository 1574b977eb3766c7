import type { EventLogWriter } from '../../core/archive/event-log.ts';
import type { HistoryFile } from './history-file.ts';
import { rowExaminer } from './history-row.ts';
import type { Understanding } from './understanding.ts';
import { lessonLine, lessonWriter } from './write-lessons.ts';

/** Rows of a file without times are spread evenly over this long before now, so that there is a past to learn from. */
export const SPREAD_DAYS = 56;
const SPREAD_MS = SPREAD_DAYS * 86_400_000;
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
  { tickets, order, nameOf }: Pick<Understanding, 'tickets' | 'order' | 'nameOf'>,
  { log, nowMs, recordedAt, onTickets, signal }: WriteOptions,
): Promise<{ readonly lines: number; readonly objects: number }> => {
  const examine = rowExaminer(history.columns, order, nowMs);
  const writer = lessonWriter(log);
  let written = 0;
  const ignore = (): void => undefined;
  for await (const row of history.rows(ignore, ignore)) {
    const examined = examine(row);
    if (examined.kind === 'refused') continue;
    const { eventId, ticketId, time, subject, body, labels } = examined.ticket;
    const spread = (): string => new Date(nowMs - SPREAD_MS + (written / tickets) * SPREAD_MS).toISOString();
    const named = Object.entries(labels).map(([head, label]) => [head, nameOf[head]?.get(label) ?? label]);
    const past = { eventId, ticketId, time: time ?? spread(), subject, body, labels: Object.fromEntries(named), recordedAt };
    await writer.add(lessonLine(past));
    if (++written % TICKETS_BETWEEN_REPORTS === 0) {
      signal?.throwIfAborted();
      onTickets(written);
    }
  }
  return writer.end();
};
