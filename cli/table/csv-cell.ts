/** What makes a spreadsheet take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection); blanks before it do not help. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n\0]/u;
/** What a text may not hold outside quotes. */
const QUOTED = /[",;\t\r\n']/u;

/**
 * A line of CSV (RFC 4180) that no spreadsheet runs: a text that it would take for a formula gets an apostrophe before it. Numbers are
 * numbers. Everything that we write as CSV passes here, because a ticket's text is a stranger's.
 */
export const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const csvCell = (cell: string | number): string => {
  if (typeof cell === 'number') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
