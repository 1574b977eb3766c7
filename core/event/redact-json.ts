import { redact } from './redact.ts';

/** Levels of lists and objects in JSON that is read at all; events of support tools have fewer than ten. */
export const MAX_NESTING = 64;

/** False for JSON nested so deep that reading it could exhaust the stack. */
export const isNestedWithin = (value: unknown, levels: number): boolean => {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((inner) => isNestedWithin(inner, levels - 1));
};

/** Redacts every text in a JSON value, the names of members too; halves of characters become U+FFFD, as stores take none. */
export const redactJson = (value: unknown): unknown => {
  if (typeof value === 'string') return redact(value.toWellFormed());
  if (Array.isArray(value)) return value.map(redactJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redact(name.toWellFormed()), redactJson(inner)]));
};

/** Redacts a message of which nothing is known: as JSON where it is that, and always as plain text. */
export const redactMessage = (body: string): string => {
  try {
    const json: unknown = JSON.parse(body);
    if (isNestedWithin(json, MAX_NESTING)) return redact(JSON.stringify(redactJson(json)));
  } catch {
    // Not JSON: plain text, or JSON that was cut off.
  }
  return redact(withoutEscapes(body).toWellFormed());
};

/** What JSON escapes could hide the edge of an address or a number. */
const withoutEscapes = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\[nrtbf]/g, '\n')
    .replaceAll(/\\(["\\/])/g, '$1');
