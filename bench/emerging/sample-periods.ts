import { redact } from '../../core/event/redact.ts';
import { modelText } from '../../core/event/ticket.ts';
import { END_MS, STORY_WEEKS, WEEK_MS } from '../../samples/generate/calendar.ts';
import type { CompanyTicket } from '../../samples/generate/company.ts';
import { LIVE_FROM, sampleCompany } from '../../samples/sample-company.ts';
import type { Period, TimedTicket } from './replay-period.ts';

/** What a period's tickets are about, by their author. */
export interface SamplePeriod extends Period {
  readonly name: string;
  readonly topicOf: ReadonlyMap<string, string>;
}

/** As `npm start` has it: so many weeks, the last two days of them live. */
const HISTORY_WEEKS = 4;

const timed = ({ ticket: { id, time, subject, body } }: CompanyTicket): TimedTicket => ({
  ticketId: id,
  time,
  text: modelText({ subject: redact(subject), body: redact(body) }),
});

const period = (name: string, tickets: readonly CompanyTicket[], from: string, liveFrom: string, to: string): SamplePeriod => {
  const between = (begin: string, end: string): readonly TimedTicket[] =>
    tickets.filter(({ ticket: { time } }) => time >= begin && time < end).map(timed);
  const topicOf = new Map(tickets.map(({ ticket, topic }) => [ticket.id, topic]));
  return { name, topicOf, history: between(from, liveFrom), live: between(liveFrom, to) };
};

/** What `npm start` replays, at another seed. */
export const lastDays = (seed: number): SamplePeriod =>
  period(`the last two days, seed ${seed}`, sampleCompany({ seed, weeks: HISTORY_WEEKS }), '', LIVE_FROM, '9');

/** Every week of the story before its last two days as live, each after a training on the four weeks before it. */
export const earlierWeeks = (seed: number): readonly SamplePeriod[] => {
  const tickets = sampleCompany({ seed });
  const at = (week: number): string => new Date(END_MS - (STORY_WEEKS - week) * WEEK_MS).toISOString();
  return Array.from({ length: STORY_WEEKS - HISTORY_WEEKS }, (_, later) => later + HISTORY_WEEKS).map((week) => {
    const to = at(week + 1);
    return period(`week ${week + 1}, seed ${seed}`, tickets, at(week - HISTORY_WEEKS), at(week), to < LIVE_FROM ? to : LIVE_FROM);
  });
};
