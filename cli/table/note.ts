/** What a person should know of a file that was read; a warning where it may spoil what comes of it. */
export interface Note {
  readonly level: 'note' | 'warning';
  /** A sentence or two: what, how many, what to do. */
  readonly text: string;
}

export type OnNote = (note: Note) => void;

/** `1 row`, `2,000 rows`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;

/** The first few of many, in quotes. */
export const listed = (names: readonly string[], most = 30): string => {
  const shown = names.slice(0, most).map((name) => `"${shortened(name)}"`);
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
};

const MOST_CHARACTERS = 40;

/** A name that may be a whole ticket's text, where a file has no header. */
export const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
};
