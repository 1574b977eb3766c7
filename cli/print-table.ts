/** Rows in columns as wide as their widest cell; numbers (what starts with a digit) stand at the right. */
export const tableText = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>((widest, row) => {
    row.forEach((cell, at) => (widest[at] = Math.max(widest[at] ?? 0, cell.length)));
    return widest;
  }, []);
  return rows
    .map((row) =>
      `  ${row.map((cell, at) => (/^[\d±<–-]/u.test(cell) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join('  ')}`.trimEnd(),
    )
    .join('\n');
};

/** `87.3 %` */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
