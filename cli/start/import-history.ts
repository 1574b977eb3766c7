import { s3EventLogWriter } from '../../adapters/s3/event-log.ts';
import type { EventLogLine, TicketLearned } from '../../core/contracts/bus-event.ts';
import { cutToCarry } from '../../core/event/carry-text.ts';
import { redact } from '../../core/event/redact.ts';
import type { LabelledTicket } from './labelled-ticket.ts';
import type { Operator } from './operator.ts';

/** Lines written as one object of the log. */
const LINES_PER_OBJECT = 1_000;

/** Writes labelled tickets of the past into the event log, redacted, as the lessons that training reads. */
export const importHistory = async (
  { s3, outputs }: Operator,
  history: readonly LabelledTicket[],
  onProgress: (done: number) => void,
): Promise<void> => {
  const log = s3EventLogWriter({ client: s3, bucket: outputs.DataBucket });
  for (let i = 0; i < history.length; i += LINES_PER_OBJECT) {
    const lines = history.slice(i, i + LINES_PER_OBJECT).map(lineFrom);
    await log.append(lines);
    onProgress(i + lines.length);
  }
};

const lineFrom = (ticket: LabelledTicket): EventLogLine => {
  const { carried } = cutToCarry(redact(ticket.subject), redact(ticket.body), '');
  const detail: TicketLearned = {
    id: `imported#${ticket.id}`,
    ticketId: ticket.id,
    time: ticket.time,
    text: { subject: carried.subject, body: carried.body },
    labels: { ...ticket.labels },
    lesson: 'imported',
  };
  return { id: detail.id, type: 'ticket.learned', time: ticket.time, detail: { ...detail } };
};
