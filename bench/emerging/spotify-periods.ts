import { join } from 'node:path';
import { redact } from '../../core/event/redact.ts';
import { readCsv } from '../quality/labelled-text.ts';
import type { Period, TimedTicket } from './replay-period.ts';

/** Within the data folder. */
export const SPOTIFY_FILE = 'spotifycares_stream/inbound.csv.gz';

/** The label of the data set's makers, from its texts; nobody else has confirmed it. */
export const LABELLED_SPIKE = { from: '2017-11-28T20:00:00.000Z', to: '2017-11-29T02:00:00.000Z' } as const;

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 28;
const LIVE_DAYS = 7;
/** About 250 messages a day from here on, hardly any before. */
const DENSE_FROM = Date.parse('2017-10-04T00:00:00Z');

/** Weeks of messages as live, each after a training on the four weeks before it. */
export const spotifyPeriods = (folder: string): readonly (Period & { readonly name: string })[] => {
  const tickets = readCsv(join(folder, SPOTIFY_FILE))
    .map((row): TimedTicket => ({
      ticketId: row['tweet_id'] ?? '',
      time: new Date(`${(row['created_at'] ?? '').replace(' ', 'T')}Z`).toISOString(),
      // The name of who is written to stands in every message.
      text: redact((row['text'] ?? '').replaceAll(/@\w+/g, ' ')),
    }))
    .toSorted((a, b) => (a.time < b.time ? -1 : 1));
  const last = Date.parse(tickets.at(-1)!.time);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const between = (fromMs: number, toMs: number): readonly TimedTicket[] =>
    tickets.filter(({ time }) => time >= iso(fromMs) && time < iso(toMs));
  const periods: (Period & { readonly name: string })[] = [];
  for (let live = DENSE_FROM + HISTORY_DAYS * DAY_MS; live < last; live += LIVE_DAYS * DAY_MS) {
    const name = `SpotifyCares, the week from ${iso(live).slice(0, 10)}`;
    periods.push({ name, history: between(live - HISTORY_DAYS * DAY_MS, live), live: between(live, live + LIVE_DAYS * DAY_MS) });
  }
  return periods;
};
