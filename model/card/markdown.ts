/** A table; what stands in its cells is shown as it is. */
export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A name out of data as plain words on one line: it can neither end a cell nor mark anything up. */
export const plainText = (name: string): string =>
  name
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(/[\\`*_{}[\]<>()#|~&!]/gu, (sign) => `\\${sign}`);

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `10,003`, the same on every machine. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');

/** `1 ticket`, `2,000 tickets`. */
export const counted = (count: number, singular: string): string =>
  `${grouped(count)} ${count === 1 ? singular : `${singular}s`}`;
