import { isObject, type Json } from './json.ts';

/** Members whose values are bytes on the wire; a definition writes them as text. */
const BLOBS: ReadonlySet<string> = new Set(['Body', 'Payload']);

/** Services whose API members begin with a small letter, while a definition writes them with a capital one. */
const CAMEL_CASE: ReadonlySet<string> = new Set(['states', 'logs']);

const recase = (value: unknown, change: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => recase(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), recase(item, change)]));
};

/** A definition's arguments as the members of an API request. */
export const requestOf = (service: string, args: Json): Record<string, unknown> => {
  const members: Record<string, unknown> = isObject(args) ? { ...args } : {};
  for (const name of BLOBS) {
    const value = members[name];
    if (value === undefined) continue;
    members[name] = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');
  }
  if (!CAMEL_CASE.has(service)) return members;
  const camel = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);
  // The input of an execution may be written as an object; the API takes text.
  for (const name of ['Input', 'Output']) if (isObject(members[name])) members[name] = JSON.stringify(members[name]);
  return recase(members, camel) as Record<string, unknown>;
};

const TIME_MEMBER = /(?:Time|Date|Timestamp|LastModified)$/;
/** Numbers below are durations, never times since the epoch (2001-09-09 in seconds). */
const FIRST_TIME_SECONDS = 1e9;

/** An API response as a definition sees it: capitalised members, times as `time` writes them, bytes as text. */
export const responseOf = (service: string, response: unknown, time: (ms: number) => Json): Json => {
  const pascal = CAMEL_CASE.has(service)
    ? (key: string): string => key.charAt(0).toUpperCase() + key.slice(1)
    : (key: string): string => key;
  const convert = (value: unknown, key: string): Json => {
    if (value instanceof Date) return time(value.getTime());
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    if (Array.isArray(value)) return value.map((item) => convert(item, ''));
    if (typeof value === 'number' && TIME_MEMBER.test(key) && value >= FIRST_TIME_SECONDS) return time(Math.round(value * 1000));
    if (!isObject(value)) return (value ?? null) as Json;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, item]) => item !== undefined && name !== '$metadata')
        .map(([name, item]) => [pascal(name), convert(item, name)]),
    );
  };
  return convert(response, '');
};

/** The JSON inside a payload, or its text where it is none. */
export const payloadOf = (payload: unknown): Json => {
  const text = payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : typeof payload === 'string' ? payload : '';
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
