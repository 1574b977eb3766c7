export type Cell = string | number;

/** Aligned columns under their names: numbers to the right, texts to the left. */
export const columns = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => shown(row[at]).length)));
  const isNumber = head.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'));
  const line = (cells: readonly (Cell | undefined)[]): string =>
    cells
      .map((cell, at) => (isNumber[at] ? shown(cell).padStart(widths[at] ?? 0) : shown(cell).padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
};

/** Names and values, one a line. */
export const facts = (pairs: readonly (readonly [string, Cell])[]): string => {
  const width = Math.max(...pairs.map(([name]) => name.length)) + 2;
  return pairs.map(([name, value]) => `${name.padEnd(width)}${shown(value)}`).join('\n');
};

const shown = (cell: Cell | undefined): string => (typeof cell === 'number' ? cell.toLocaleString('en-GB') : (cell ?? ''));

/** A time as people read it, in UTC, to the second. */
export const time = (iso: string | undefined): string => (iso === undefined ? '' : iso.slice(0, 19).replace('T', ' '));

/** One line of at most so many characters. */
export const oneLine = (text: string, most: number): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
};

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
