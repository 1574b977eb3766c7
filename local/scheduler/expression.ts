import { Cron } from 'croner';
import { AwsError } from '../service.ts';

/** When a schedule fires. */
export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'at'; readonly atMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const invalid = (text: string, why: string): AwsError =>
  new AwsError('ValidationException', `Invalid Schedule Expression ${text}: ${why}`);

/**
 * Reads `rate(…)`, `cron(…)` or `at(…)`.
 * @throws AwsError ValidationException
 */
export const parseExpression = (text: string, timeZone: string): ScheduleExpression => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new AwsError('ValidationException', `Invalid ScheduleExpressionTimezone ${timeZone}.`);
  }
  const [, kind, body = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'rate') return { kind, everyMs: rateMs(text, body) };
  if (kind === 'at') return { kind, atMs: localTimeMs(text, body, timeZone) };
  if (kind === 'cron') return { kind, cron: cronOf(text, body, timeZone) };
  throw invalid(text, 'it is none of rate(value unit), cron(fields) and at(yyyy-mm-ddThh:mm:ss)');
};

const rateMs = (text: string, body: string): number => {
  const [, value = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined) throw invalid(text, 'a rate is a positive number of minutes, hours or days');
  return Number(value) * unitMs;
};

const localTimeMs = (text: string, body: string, timeZone: string): number => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw invalid(text, 'the time is not yyyy-mm-ddThh:mm:ss');
  const date = new Cron(body, { timezone: timeZone, allowPast: true }).getOnce();
  if (!date) throw invalid(text, 'there is no such time');
  return date.getTime();
};

/** Highest value of each field of an AWS cron expression; `*\/n` steps count from the field's own start. */
const FIELD_MAX = [59, 23, 31, 12, 7, 2199];

const cronOf = (text: string, body: string, timezone: string): Cron => {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6)
    throw invalid(text, 'a cron expression has 6 fields: minutes hours day-of-month month day-of-week year');
  if ((fields[2] === '?') === (fields[4] === '?')) throw invalid(text, 'exactly one of day-of-month and day-of-week must be ?');
  const translated = fields.map((field, i) =>
    field === '?'
      ? '*'
      : field.replaceAll(
          /(^|,)(\d+)\/(\d+)/g,
          (_, comma: string, from: string, step: string) => `${comma}${from}-${FIELD_MAX[i] ?? from}/${step}`,
        ),
  );
  // AWS writes the last Friday of a month 6L; the library's own numbers have no such form but with a hash.
  translated[4] = (translated[4] ?? '*').replace(/^(\w+)L$/, '$1#L');
  try {
    return new Cron(['0', ...translated].join(' '), { mode: '7-part', timezone, alternativeWeekdays: true, paused: true });
  } catch (error) {
    throw invalid(text, error instanceof Error ? error.message : String(error));
  }
};

/** Bounds of a schedule, in milliseconds since the epoch. */
export interface Bounds {
  readonly startMs?: number;
  readonly endMs?: number;
  /** A rate without a start begins here, at once (user guide, "Schedule types"). */
  readonly createdMs: number;
}

/** The first time at or after `fromMs`, within the bounds; undefined where the schedule is over. */
export const nextTimeMs = (
  expression: ScheduleExpression,
  fromMs: number,
  { startMs, endMs, createdMs }: Bounds,
): number | undefined => {
  const from = Math.max(fromMs, startMs ?? fromMs);
  const next = nextUnbounded(expression, from, startMs ?? createdMs);
  return next === undefined || (endMs !== undefined && expression.kind !== 'at' && next > endMs) ? undefined : next;
};

/**
 * Where a schedule goes on whose cloud was down: of the times after `doneMs` that have passed meanwhile, only the last is made up.
 * @param doneMs everything up to here was carried out, or lies before the schedule
 */
export const resumeTimeMs = (expression: ScheduleExpression, doneMs: number, nowMs: number, bounds: Bounds): number => {
  let from = doneMs + 1;
  for (;;) {
    const next = nextTimeMs(expression, from, bounds);
    const after = next === undefined || next > nowMs ? undefined : nextTimeMs(expression, next + 1, bounds);
    if (next === undefined || after === undefined || after > nowMs) return from;
    from = next + 1;
  }
};

const nextUnbounded = (expression: ScheduleExpression, fromMs: number, anchorMs: number): number | undefined => {
  if (expression.kind === 'at') return expression.atMs >= fromMs ? expression.atMs : undefined;
  if (expression.kind === 'rate') {
    return anchorMs + Math.max(0, Math.ceil((fromMs - anchorMs) / expression.everyMs)) * expression.everyMs;
  }
  // The library looks for a time after the one it is given, to the second.
  return expression.cron.nextRun(new Date(fromMs - 1))?.getTime();
};
