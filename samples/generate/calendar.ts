import type { Trend } from '../company/topics.ts';
import type { Random } from '../../model/random.ts';
import { pickWeighted } from './draw.ts';

export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
export const HOUR_MS = 3_600_000;

/** Weeks that the company's story has. */
export const STORY_WEEKS = 16;

/** The story ends on a Friday, with this instant (exclusive). */
export const END_MS = Date.parse('2026-11-07T00:00:00Z');

/** Tickets of a day relative to a mean day, from Sunday on. */
const WEEKDAY_SHARES = [0.44, 1.42, 1.25, 1.18, 1.13, 1.08, 0.5] as const;

/** Tickets of an hour (UTC) relative to the others: a peak before noon, a smaller one after supper. */
const HOUR_SHARES = [2, 1, 1, 1, 1, 3, 9, 22, 44, 60, 64, 60, 50, 48, 48, 45, 42, 38, 34, 36, 38, 28, 14, 6] as const;

/** Tickets expected on a day. The company grows by a sixth over the story. */
export const dayMean = (dayStartMs: number, ticketsPerWeek: number): number =>
  (ticketsPerWeek / 7) * WEEKDAY_SHARES[new Date(dayStartMs).getUTCDay()]! * (0.92 + 0.16 * storyShare(dayStartMs));

/** How much of the story is over, 0..1. */
const storyShare = (timeMs: number): number => 1 - (END_MS - timeMs) / (STORY_WEEKS * WEEK_MS);

/** A moment of the day. */
export const drawTime = (random: Random, dayStartMs: number): number => {
  const hour = pickWeighted(
    random,
    HOUR_SHARES.map((share, at) => [at, share] as const),
  );
  return dayStartMs + hour * HOUR_MS + Math.floor(random() * 3_600) * 1_000;
};

/** Factor on a topic's weight at a time. */
export const trendFactor = (trend: Trend, timeMs: number): number => {
  const week = 1 + storyShare(timeMs) * STORY_WEEKS;
  switch (trend.kind) {
    case 'steady':
      return 1;
    case 'drifts':
      return trend.from + (trend.to - trend.from) * storyShare(timeMs);
    case 'passes': {
      const [begin, end] = [trend.first, trend.last + 1];
      const middle = (begin + end) / 2;
      return Math.max(0, 1 - Math.abs(week - middle) / (end - middle));
    }
    case 'incident':
      return 0;
  }
};
