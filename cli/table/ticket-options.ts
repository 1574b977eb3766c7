import { InvalidArgumentError } from 'commander';

/** A file to be written as JSON Lines; one that is named as something else would be opened as that. */
export const parseJsonLinesFile = (text: string): string => {
  if (/\.(?:csv|tsv|xlsx?|txt)(?:\.gz)?$/iu.test(text))
    throw new InvalidArgumentError('It is written as JSON Lines: name it .jsonl.');
  return text;
};

/** `subject,body` → the names of columns. */
export const parseColumns = (text: string): readonly string[] => {
  const columns = text.split(',').map((column) => column.trim());
  if (columns.includes('')) throw new InvalidArgumentError('Name columns joined by commas, such as subject,body.');
  return columns;
};

/** `team=assigned_team,priority` → head → column; a name alone is both. */
export const parseHeads = (text: string): Readonly<Record<string, string>> => {
  const pairs = parseColumns(text).map((part): readonly [string, string] => {
    const at = part.indexOf('=');
    return at === -1 ? [part, part] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
  for (const [head, column] of pairs)
    if (head === '' || column === '')
      throw new InvalidArgumentError('Write HEAD=COLUMN, such as team=assigned_team,priority=prio.');
  const heads = pairs.map(([head]) => head);
  const twice = heads.find((head, at) => heads.indexOf(head) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`The head "${twice}" is named twice.`);
  return Object.fromEntries(pairs);
};

const LARGEST_SEED = 2 ** 32 - 1;

export const parseSeed = (text: string): number => {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED)
    throw new InvalidArgumentError(`A seed is a whole number from 0 to ${LARGEST_SEED}.`);
  return seed;
};
