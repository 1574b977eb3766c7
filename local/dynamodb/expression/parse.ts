import { readCondition } from './parse-condition.ts';
import { readUpdate } from './parse-update.ts';
import type { Condition, DocumentPath, ExpressionKind, Parsed, UpdateAction } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

// Programs use few distinct expressions; one that builds them anew for every call must not grow the cache without end.
const MAX_CACHED = 2000;

const cached = <Tree>(kinds: readonly ExpressionKind[], read: (reader: TokenReader) => Tree) => {
  const byKind = new Map(kinds.map((kind) => [kind, new Map<string, Parsed<Tree>>()]));
  return (kind: ExpressionKind, text: string): Parsed<Tree> => {
    const cache = byKind.get(kind);
    const known = cache?.get(text);
    if (known) return known;
    const reader = new TokenReader(kind, text);
    const tree = read(reader);
    const parsed: Parsed<Tree> = { kind, tree, aliases: reader.aliases, placeholders: reader.placeholders };
    if (cache && cache.size >= MAX_CACHED) cache.clear();
    cache?.set(text, parsed);
    return parsed;
  };
};

export const parseCondition: (kind: ExpressionKind, text: string) => Parsed<Condition> = cached(
  ['ConditionExpression', 'FilterExpression', 'KeyConditionExpression'],
  readCondition,
);

export const parseUpdate: (kind: ExpressionKind, text: string) => Parsed<readonly UpdateAction[]> = cached(
  ['UpdateExpression'],
  readUpdate,
);

export const parseProjection: (kind: ExpressionKind, text: string) => Parsed<readonly DocumentPath[]> = cached(
  ['ProjectionExpression'],
  (reader) => {
    const paths = reader.readList(() => reader.readPath());
    reader.expectEnd();
    return paths;
  },
);
