import { invalidPattern } from './invalid-pattern.ts';

/**
 * Compiles a wildcard: `*` stands for any characters, `\*` and `\\` for themselves.
 * The match is greedy between literal pieces, so it is linear in the text: no pattern can make it blow up.
 */
export const compileWildcard = (pattern: string, at: string): ((text: string) => boolean) => {
  const [first = '', ...rest] = literalPieces(pattern, at);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, from);
      if (found < 0 || found + piece.length > end) return false;
      from = found + piece.length;
    }
    return true;
  };
};

/** The texts between the asterisks. */
const literalPieces = (pattern: string, at: string): readonly string[] => {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i]!;
    if (character === '\\') {
      const escaped = pattern[i + 1];
      if (escaped !== '*' && escaped !== '\\') throw invalidPattern(at, 'Invalid escape character in a wildcard');
      piece += escaped;
      i += 1;
    } else if (character === '*') {
      if (pattern[i + 1] === '*') throw invalidPattern(at, 'Consecutive wildcard characters');
      pieces.push(piece);
      piece = '';
    } else {
      piece += character;
    }
  }
  return [...pieces, piece];
};
