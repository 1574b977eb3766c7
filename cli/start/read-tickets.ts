import { sha256 } from '../../core/sha256.ts';
import type { CompanyOptions, SampleTicket } from '../../samples/generate/company.ts';
import { INCIDENT } from '../../samples/company/topics.ts';
import { LIVE_FROM, sampleCompany } from '../../samples/sample-company.ts';
import type { Note } from '../table/note.ts';
import { readTickets } from '../table/read-tickets.ts';
import { UserError } from '../user-error.ts';
import type { LabelledTicket } from './labelled-ticket.ts';

/** A file of labelled tickets and where to find what in it. */
export interface TicketFile {
  readonly file: string;
  readonly textColumns: readonly string[];
  readonly labelColumn: string;
}

/** Tickets of a file without times are spread evenly over this long before now, so that there is a past to learn from. */
const SPREAD_MS = 56 * 86_400_000;

/** Fewer than this cannot be split into history and live tickets that mean anything. */
const FEWEST_TICKETS = 100;

export interface ReadTickets {
  readonly tickets: readonly LabelledTicket[];
  /** When the live part begins, ISO 8601 in UTC; the last fifth of the tickets where undefined. */
  readonly liveFrom: string | undefined;
  /** Rows without a text or a label: left out, and said so. */
  readonly skipped: number;
  /** True where the file was sorted by label and its rows were dealt anew. */
  readonly shuffled: boolean;
  /** Ids of the tickets of an incident that the sample's author planted; none for other tickets. */
  readonly planted: readonly string[];
  /** What else a person should know of the file. */
  readonly notes: readonly Note[];
}

/** The sample company's tickets: the last weeks of its story, of which the last two days are live. */
export const readSample = (size: Partial<CompanyOptions>): ReadTickets => {
  const company = sampleCompany(size);
  return {
    tickets: company.map(({ ticket }) => ({ ...ticket, labels: labelsOf(ticket) })),
    liveFrom: LIVE_FROM,
    skipped: 0,
    shuffled: false,
    planted: company.flatMap(({ ticket, topic }) => (topic === INCIDENT.topic ? [ticket.id] : [])),
    notes: [],
  };
};

const labelsOf = ({ labels: { team, priority, workflow } }: SampleTicket): LabelledTicket['labels'] =>
  workflow === undefined ? { team, priority } : { team, priority, workflow };

/**
 * Reads a file of tickets that people labelled; the first of several text columns is the subject.
 * @throws UserError where the file cannot be read, or too little is in it
 */
export const readTicketFile = async ({ file, textColumns, labelColumn }: TicketFile): Promise<ReadTickets> => {
  const { cells, labels, report } = await readTickets(file, { text: textColumns, labels: { team: labelColumn } });
  const startMs = Date.now() - SPREAD_MS;
  const tickets = cells.flatMap((columns, i): LabelledTicket[] => {
    const team = labels['team']?.[i];
    if (team === undefined) return [];
    return [
      {
        id: `T-${String(i + 1).padStart(6, '0')}`,
        time: new Date(startMs + (i / cells.length) * SPREAD_MS).toISOString(),
        channel: undefined,
        subject: columns.length > 1 ? columns[0]! : '',
        body: columns.length > 1 ? columns.slice(1).join('\n') : columns[0]!,
        requester: undefined,
        labels: { team },
      },
    ];
  });
  if (tickets.length < FEWEST_TICKETS) {
    throw new UserError(
      `${file} holds ${tickets.length} tickets with text and label; at least ${FEWEST_TICKETS} are needed to learn from.`,
    );
  }
  // Public data sets are often sorted by label; in such a file the last fifth would be labels that history never showed.
  const sorted = isSortedByLabel(tickets);
  return {
    tickets: sorted ? shuffled(tickets) : tickets,
    liveFrom: undefined,
    skipped: report.rows - tickets.length,
    shuffled: sorted,
    planted: [],
    notes: report.notes,
  };
};

/** True where rows of one label stand together: hardly more changes of label from row to row than there are labels. */
const isSortedByLabel = (tickets: readonly LabelledTicket[]): boolean => {
  const labels = new Set(tickets.map((ticket) => ticket.labels.team)).size;
  const changes = tickets.filter((ticket, i) => i > 0 && tickets[i - 1]?.labels.team !== ticket.labels.team).length;
  return labels > 1 && changes < labels * 2;
};

/** Deals the texts and labels anew over the times, the same way on every run: by the hash of the row's number. */
const shuffled = (tickets: readonly LabelledTicket[]): readonly LabelledTicket[] => {
  const order = tickets.map((ticket) => ({ ticket, key: sha256(ticket.id) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return order.map(({ ticket }, i) => ({ ...ticket, time: tickets[i]?.time ?? ticket.time }));
};
