import type { Note } from '../table/note.ts';
import type { TimeOrder } from '../table/parse-times.ts';
import type { HistoryColumns } from './choose-columns.ts';
import type { Refusal } from './refusals.ts';

/** A label of the file, and what becomes of it. */
export interface UnderstoodLabel {
  readonly label: string;
  readonly tickets: number;
  /** What it is called today; null where it was retired without a successor, and teaches nothing. */
  readonly today: string | null;
}

/** A ticket as it will be kept: redacted. */
export interface SampleTicket {
  readonly row: number;
  readonly id: string;
  readonly time: string | undefined;
  readonly subject: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What was made of a file: everything that a person should know before it is imported. */
export interface Understanding {
  readonly file: string;
  readonly columns: HistoryColumns;
  readonly rows: number;
  readonly tickets: number;
  /** Tickets whose id an earlier row had: of each, what was recorded last counts. */
  readonly repeatedIds: number;
  /** Tickets older than what a training reads. */
  readonly tooOld: number;
  readonly refused: readonly Refusal[];
  /** Head → its labels, the most frequent first. */
  readonly labels: Readonly<Record<string, readonly UnderstoodLabel[]>>;
  /** Times of the oldest and the newest ticket, ISO 8601 in UTC; undefined for a file without times. */
  readonly window: { readonly from: string; readonly to: string } | undefined;
  readonly sample: readonly SampleTicket[];
  readonly notes: readonly Note[];
  /** What the second reading needs to make the same of each row. */
  readonly order: TimeOrder;
  readonly nameOf: Readonly<Record<string, ReadonlyMap<string, string>>>;
}
