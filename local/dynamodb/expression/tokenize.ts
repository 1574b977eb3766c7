import type { AwsError } from '../../service.ts';
import { dynamoDbLimits } from '../limits.ts';
import { invalid } from '../validation.ts';
import type { ExpressionKind } from './syntax.ts';

export interface Token {
  readonly kind: 'word' | 'alias' | 'placeholder' | 'index' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<alias>#[A-Za-z0-9_]+)|(?<placeholder>:[A-Za-z0-9_]+)|\[\s*(?<index>\d+)\s*\]|(?<symbol><>|<=|>=|[=<>(),.+-]))/y;

export const syntaxError = (kind: ExpressionKind, text: string, token: Token): AwsError => {
  const shown = token.kind === 'end' ? '<EOF>' : token.text;
  const near = text.slice(Math.max(0, token.at - 8), token.at + token.text.length + 8).trim();
  return invalid(`Invalid ${kind}: Syntax error; token: "${shown}", near: "${near}"`);
};

/** Splits an expression into tokens; the last one is of kind `end`. */
export const tokenize = (kind: ExpressionKind, text: string): readonly Token[] => {
  if (text.trim() === '') throw invalid(`Invalid ${kind}: The expression can not be empty;`);
  if (Buffer.byteLength(text) > dynamoDbLimits.expression.most) {
    throw invalid(
      `Invalid ${kind}: Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
    );
  }
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match?.groups) {
      const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      throw syntaxError(kind, text, { kind: 'symbol', text: text.charAt(start), at: start });
    }
    const { groups } = match;
    at += match[0].length;
    for (const name of ['word', 'alias', 'placeholder', 'index', 'symbol'] as const) {
      const found = groups[name];
      if (found !== undefined) tokens.push({ kind: name, text: found, at: at - found.length });
    }
  }
  tokens.push({ kind: 'end', text: '', at: end });
  return tokens;
};
