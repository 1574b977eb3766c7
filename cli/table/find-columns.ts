import { UserError } from '../user-error.ts';
import { listed, shortened } from './note.ts';

/** Names of columns differ by at most this many letters to be offered for each other. */
const MOST_EDITS = 2;

/**
 * @param names the file's columns in their order
 * @returns place of each asked column
 * @throws UserError where one is not there, or stands there twice
 */
export const findColumns = (file: string, names: readonly string[], asked: readonly string[]): readonly number[] =>
  asked.map((column) => {
    const at = names.indexOf(column);
    if (at === -1) throw noColumn(file, names, column);
    const again = names.indexOf(column, at + 1);
    if (again !== -1)
      throw new UserError(
        `${file} has two columns "${column}" (columns ${at + 1} and ${again + 1}); rename one, so that it is clear which is meant.`,
      );
    return at;
  });

/** The sentence for a column that a file has not. */
export const noColumn = (file: string, names: readonly string[], column: string): UserError => {
  const near = nearMatches(names, column);
  const hint = near.length > 0 ? ` Did you mean ${listed(near)}?` : '';
  const header = looksLikeData(names)
    ? ' Its first line looks like a ticket and not like names: put a line with the names of the columns above it.'
    : '';
  return new UserError(
    `${file} has no column "${column}"; it has ${names.length === 0 ? 'none' : names.slice(0, 30).map(shortened).join(', ')}${names.length > 30 ? ` and ${names.length - 30} more` : ''}.${hint}${header}`,
  );
};

/** Those that are nearly the same: by case, blanks and signs, by a few letters, or one within the other. */
export const nearMatches = (names: readonly string[], asked: string): readonly string[] => {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const wanted = plain(asked);
  if (wanted === '') return [];
  return [...new Set(names)]
    .map((name) => {
      const own = plain(name);
      const distance = own === '' ? Infinity : Math.abs(own.length - wanted.length) > MOST_EDITS ? Infinity : edits(own, wanted);
      const within = own.length > 2 && wanted.length > 2 && (own.includes(wanted) || wanted.includes(own));
      return { name, distance: within ? Math.min(distance, 1) : distance };
    })
    .filter(({ distance, name }) => distance <= MOST_EDITS && distance < Math.max(plain(name).length, wanted.length) / 2)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
};

/** Letters put in, left out, changed, or swapped with their neighbour (optimal string alignment distance). */
const edits = (left: string, right: string): number => {
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const changed = left[row - 1] === right[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          previous[column]! + 1,
          current[column - 1]! + 1,
          previous[column - 1]! + changed,
          swapped ? before[column - 2]! + 1 : Infinity,
        ),
      );
    }
    before = previous;
    previous = current;
  }
  return previous[right.length]!;
};

/** Names of columns are short, never numbers or dates, and seldom empty. */
export const looksLikeData = (names: readonly string[]): boolean =>
  names.some((name) => name.length > 60 || /^\d[\d\s.,:/T-]*Z?$/u.test(name) || /[?!]$|\.\s/u.test(name));
