import { InvalidArgumentError } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `90s`, `15m`, `2h`, `1d`, `12w`, or several of them together, in milliseconds. */
export const parseDuration = (text: string): number => {
  if (!/^(\d+(\.\d+)?[smhdw])+$/.test(text))
    throw new InvalidArgumentError('A duration is written like 90s, 15m, 2h, 1d, 12w or 1h30m.');
  return Array.from(text.matchAll(/([\d.]+)([smhdw])/g), ([, count, unit = '']) => Number(count) * (UNITS_MS[unit] ?? 0)).reduce(
    (sum, ms) => sum + ms,
    0,
  );
};

/** ISO 8601; without a zone it is UTC. In milliseconds since the epoch. */
export const parseTime = (text: string): number => {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const ms = Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms))
    throw new InvalidArgumentError('A time is written like 2026-03-02T09:30:00Z or 2026-03-02.');
  return ms;
};

export const parseCount = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('It is a whole number.');
  return count;
};

export const parseProbability = (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It is a probability, 0 to 1.');
  return value;
};

/** `name=value`, collected over repetitions. */
export const collectKey = (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('A key is written like pk=ticket#1; repeat --key for the sort key.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Members that are there. */
export const given = <Members extends object>(members: Members): Given<Members> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<Members>;

type Given<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
