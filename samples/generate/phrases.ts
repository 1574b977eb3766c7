import type { Random } from '../../model/random.ts';
import { pick } from './draw.ts';

/** A piece of a phrase: words as they stand, a name to fill in, or a choice. */
type Piece =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'choice'; readonly options: readonly (readonly Piece[])[] };

export interface Phrase {
  readonly pieces: readonly Piece[];
  /** What the phrase is about; where it has tags, it goes with phrases of a common tag only. */
  readonly tags: readonly string[];
}

/** Section of a file → its phrases in the file's order. */
export type Phrases = ReadonlyMap<string, readonly Phrase[]>;

/** Thrown when a file of phrases is not made of sections and list items. */
export class PhraseFileError extends Error {
  override readonly name = 'PhraseFileError';
  readonly retryable = false;
}

/** `{name}` is filled in; a bracket is a choice only with a bar inside, so that logs may have brackets of their own. */
const SPECIAL = /\{([a-z]+\d?)\}|\[([^[\]|]*\|[^[\]]*)\]/g;

const TAGS = /(?: #[a-z]+)+$/;

export const parsePhrase = (text: string): Phrase => {
  const tags = TAGS.exec(text)?.[0] ?? '';
  return { pieces: parsePieces(text.slice(0, text.length - tags.length)), tags: tags.split(' #').slice(1) };
};

const parsePieces = (text: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(SPECIAL)) {
    if (match.index > from) pieces.push({ kind: 'words', words: text.slice(from, match.index) });
    const [whole, slot, options] = match;
    if (slot === undefined) pieces.push({ kind: 'choice', options: options!.split('|').map(parsePieces) });
    else pieces.push({ kind: 'slot', name: slot });
    from = match.index + whole.length;
  }
  if (from < text.length) pieces.push({ kind: 'words', words: text.slice(from) });
  return pieces;
};

/**
 * Reads a Markdown file: a heading of second level opens a section, each list item is a phrase, ` #tag` at its end a tag. Text before the first
 * section is for people.
 * @throws PhraseFileError naming the file and the line
 */
export const parsePhrases = (text: string, file: string): Phrases => {
  const sections = new Map<string, Phrase[]>();
  let open: Phrase[] | undefined;
  text.split('\n').forEach((line, at) => {
    if (line.startsWith('## ')) {
      open = [];
      sections.set(line.slice(3).trim(), open);
    } else if (line.startsWith('- ') && open) open.push(parsePhrase(line.slice(2)));
    else if (line.trim() !== '' && open) throw new PhraseFileError(`${file} line ${at + 1}: begin it with "- " or "## "`);
  });
  return sections;
};

/** Names that a phrase asks for. */
export const slotsOf = ({ pieces }: Pick<Phrase, 'pieces'>): readonly string[] =>
  pieces.flatMap((piece) => {
    if (piece.kind === 'words') return [];
    return piece.kind === 'slot' ? [piece.name] : piece.options.flatMap((option) => slotsOf({ pieces: option }));
  });

/** Phrases that may stand beside the given one. */
export const fitting = (phrases: readonly Phrase[], beside: Phrase): readonly Phrase[] =>
  phrases.filter(({ tags }) => tags.length === 0 || tags.some((tag) => beside.tags.includes(tag)));

/** Chooses and fills in; `//` stands for the end of a line. */
export const say = (phrase: Phrase, random: Random, slot: (name: string) => string): string =>
  sayPieces(phrase.pieces, random, slot)
    .replaceAll(/ ?\/\/ ?/g, '\n')
    .replaceAll(/ {2,}/g, ' ')
    .trim();

const sayPieces = (pieces: readonly Piece[], random: Random, slot: (name: string) => string): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.words;
      return piece.kind === 'slot' ? slot(piece.name) : sayPieces(pick(random, piece.options), random, slot);
    })
    .join('');
