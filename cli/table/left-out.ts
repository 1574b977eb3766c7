/** A row that the reader cannot make a row of the table of. */
export interface LeftOutRow {
  /** As a spreadsheet counts, see TableRow. */
  readonly number: number;
  readonly reason: 'ragged' | 'repeated-header' | 'not-json' | 'not-resolved';
  /** What is wrong with this one; never its text. */
  readonly detail: string;
}

/** Is told of every row that is left out. */
export type OnLeftOut = (row: LeftOutRow) => void;
