import type { LeftOutRow } from '../table/left-out.ts';

/** Why a row is no ticket of the history. */
export type RefusalReason =
  | LeftOutRow['reason']
  | 'no-text'
  | 'no-label'
  | 'no-time'
  | 'unreadable-time'
  | 'future-time'
  | 'no-id'
  | 'long-id'
  | 'long-label';

export interface RefusedRow {
  readonly number: number;
  readonly reason: RefusalReason;
  /** What stands there, where that helps to find it. */
  readonly detail: string;
}

/** Rows refused for one reason. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly count: number;
  /** The first of them, as a spreadsheet counts. */
  readonly rows: readonly number[];
  /** What is wrong with them, as it goes on after their number and `row` or `rows`. */
  readonly what: string;
  readonly whatToDo: string;
}

/** Reason → what is wrong, and what to do. */
export const REASONS: Readonly<Record<RefusalReason, readonly [what: string, whatToDo: string]>> = {
  ragged: [
    'with another number of cells than the header',
    'put texts with delimiters or line breaks in quotes: export the file again with quotes',
  ],
  'repeated-header': ['with the header once more', 'nothing: they are no tickets'],
  'not-json': ['without a ticket in JSON', 'write one whole object a line'],
  'not-resolved': ['of a ticket that is not solved', 'import them once they are: until then people may send them elsewhere'],
  'no-text': ['without a word of text', 'nothing, or name the right columns with --text'],
  'no-label': ['without any label', 'nothing, or name the right columns with --label'],
  'no-time': ['without a time', 'fill the time in, or name the right column with --time'],
  'unreadable-time': ['whose time cannot be read', 'write times as 2026-12-31T18:05:00Z'],
  'future-time': ['whose time lies in the future', 'mend the time, or its time zone'],
  'no-id': ['without an id', 'fill the id in, or leave --id away: rows are then told apart by what is in them'],
  'long-id': ['whose id is longer than 200 characters', 'shorten the id, or name the right column with --id'],
  'long-label': ['whose label is longer than 200 characters', 'name the right column with --label'],
};

/** Rows that are named for each reason. */
const NAMED_ROWS = 5;

export interface RefusalCounts {
  readonly add: (row: RefusedRow) => void;
  readonly total: () => number;
  /** The most frequent first. */
  readonly list: () => readonly Refusal[];
}

export const countRefusals = (): RefusalCounts => {
  const counts = new Map<RefusalReason, { count: number; readonly rows: number[] }>();
  return {
    add: ({ reason, number }) => {
      const known = counts.get(reason) ?? { count: 0, rows: [] };
      known.count++;
      if (known.rows.length < NAMED_ROWS) known.rows.push(number);
      counts.set(reason, known);
    },
    total: () => [...counts.values()].reduce((sum, { count }) => sum + count, 0),
    list: () =>
      Array.from(counts, ([reason, { count, rows }]): Refusal => {
        const [what, whatToDo] = REASONS[reason];
        return { reason, count, rows, what, whatToDo };
      }).toSorted((a, b) => b.count - a.count),
  };
};
