import { s3EventLogWriter } from '../../adapters/s3/event-log.ts';
import { lessonLine, lessonWriter } from '../import/write-lessons.ts';
import type { LabelledTicket } from './labelled-ticket.ts';
import type { Operator } from './operator.ts';

/** Tickets between two reports of progress. */
const REPORT_EVERY = 1_000;

/** Writes labelled tickets of the past into the event log, redacted, as the lessons that training reads. */
export const importHistory = async (
  { s3, outputs }: Operator,
  history: readonly LabelledTicket[],
  onProgress: (done: number) => void,
): Promise<void> => {
  const writer = lessonWriter(s3EventLogWriter({ client: s3, bucket: outputs.DataBucket }));
  for (const [at, ticket] of history.entries()) {
    const { id: ticketId, time, subject, body, labels } = ticket;
    await writer.add(lessonLine({ eventId: `imported#${ticketId}`, ticketId, time, subject, body, labels }));
    if ((at + 1) % REPORT_EVERY === 0) onProgress(at + 1);
  }
  await writer.end();
  onProgress(history.length);
};
