/** How the times of a column are written. Numbers of days and months may stand either way round; one column has one way. */
export type TimeOrder = 'day-first' | 'month-first';

export type ParsedTimes =
  | {
      readonly kind: 'parsed';
      /** ISO 8601 in UTC; undefined where a text is no time. */
      readonly times: readonly (string | undefined)[];
      /** How many named no zone, and were taken as UTC. */
      readonly withoutZone: number;
    }
  /** Every such date could be either; `example` is one of them. */
  | { readonly kind: 'ambiguous'; readonly example: string };

const CLOCK = String.raw`(?:[T,]?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${CLOCK}$`, 'u');
const DOTTED = new RegExp(String.raw`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})${CLOCK}$`, 'u');
const SLASHED = new RegExp(String.raw`^(\d{1,2})[/-](\d{1,2})[/-](\d{4})${CLOCK}$`, 'u');
const NAMED = new RegExp(String.raw`^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[\s-]([A-Za-z]{3,9})\.?,?[\s-](\d{4})${CLOCK}$`, 'u');
const NAMED_MONTH_FIRST = new RegExp(String.raw`^(?:[A-Za-z]{3,9},\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})${CLOCK}$`, 'u');
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Seconds since 1970 have ten digits from 2001 to 2286, milliseconds thirteen. */
const SECONDS = /^\d{10}(?:\.\d+)?$/u;
const MILLISECONDS = /^\d{13}$/u;

/**
 * Reads a column of times: ISO 8601 (also with a blank for the T), `31.12.2026 18:05`, `31/12/2026` or `12/31/2026 6:05 PM`, `31 Dec
 * 2026` and `Dec 31, 2026` (with or without the day of the week, as in e-mails), and seconds or milliseconds since 1970. Which of two
 * numbers between slashes is the day is decided over the whole column.
 */
export const parseTimes = (texts: readonly string[]): ParsedTimes => {
  const shown = texts.map(shownOrder);
  const unclear = shown.findIndex((order) => order !== undefined);
  const dayFirst = shown.includes('day-first');
  if (unclear !== -1 && dayFirst === shown.includes('month-first')) return { kind: 'ambiguous', example: texts[unclear]! };
  const order: TimeOrder = dayFirst ? 'day-first' : 'month-first';
  const parsed = texts.map((text) => parseTime(text.trim(), order));
  return {
    kind: 'parsed',
    times: parsed.map((time) => time?.iso),
    withoutZone: parsed.filter((time) => time?.zoned === false).length,
  };
};

export interface ParsedTime {
  readonly iso: string;
  readonly zoned: boolean;
}

/** Which order a date between slashes shows: neither where both numbers could be the day. Undefined for other writings. */
export const shownOrder = (text: string): TimeOrder | 'either' | undefined => {
  const match = SLASHED.exec(text.trim());
  if (match === null) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2])];
  return first > 12 ? 'day-first' : second > 12 ? 'month-first' : first === second ? undefined : 'either';
};

/** @param text without blanks around it */
export const parseTime = (text: string, order: TimeOrder): ParsedTime | undefined => {
  if (SECONDS.test(text)) return { iso: new Date(Math.round(Number(text) * 1000)).toISOString(), zoned: true };
  if (MILLISECONDS.test(text)) return { iso: new Date(Number(text)).toISOString(), zoned: true };
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return at(yearFirst, Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
  const dotted = DOTTED.exec(text);
  if (dotted !== null) return at(dotted, Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const slashed = SLASHED.exec(text);
  if (slashed !== null) {
    const [day, month] = order === 'day-first' ? [slashed[1], slashed[2]] : [slashed[2], slashed[1]];
    return at(slashed, Number(slashed[3]), Number(month), Number(day));
  }
  const named = NAMED.exec(text);
  if (named !== null) return at(named, Number(named[3]), monthOf(named[2]!), Number(named[1]));
  const monthFirst = NAMED_MONTH_FIRST.exec(text);
  return monthFirst === null ? undefined : at(monthFirst, Number(monthFirst[3]), monthOf(monthFirst[1]!), Number(monthFirst[2]));
};

/** 1..12, 0 for no month. */
const monthOf = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** @param match with hour, minute, second, half of the day and zone as groups 4 to 8 */
const at = (match: RegExpExecArray, year: number, month: number, day: number): ParsedTime | undefined => {
  const [, , , , hourText, minute = '0', second = '0', half, zone] = match;
  let hour = Number(hourText ?? 0);
  if (half !== undefined) hour = (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
  const date = new Date(Date.UTC(year, month - 1, day, hour, Number(minute), Number(second)));
  // A date that does not exist is carried over by Date.UTC.
  if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || Number(minute) > 59) return undefined;
  return { iso: new Date(date.getTime() - offsetMs(zone)).toISOString(), zoned: zone !== undefined };
};

const offsetMs = (zone: string | undefined): number => {
  const match = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone ?? '');
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
};
