export interface TableRow {
  /** As a spreadsheet counts (the header is row 1); of JSONL the line. */
  readonly number: number;
  /** Text of each asked column, in the order asked. */
  readonly cells: readonly string[];
}
