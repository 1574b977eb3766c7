// Whether new issues are noticed, how soon, and what is taken for one: the sample company's incident at several seeds, its earlier
// weeks as live ones, and a stream of messages with one labelled spike where the data sets are there.
// Run: npm run -s bench:emerging -- [--seeds 1,2,3] [--weeks-seeds 1,2] [--data ../shared/data] [--record]
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HOUR_MS, WINDOW_HOURS } from '../core/topic/emerging.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import type { Encoder } from '../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../model/encoder/write-use-lite.ts';
import { INCIDENT } from '../samples/company/topics.ts';
import { sampleTickets } from '../samples/sample-company.ts';
import { cachedEncoder } from './emerging/cached-encoder.ts';
import { replayPeriod } from './emerging/replay-period.ts';
import type { Noticed, Replayed } from './emerging/replay-period.ts';
import { earlierWeeks, lastDays } from './emerging/sample-periods.ts';
import type { SamplePeriod } from './emerging/sample-periods.ts';
import { LABELLED_SPIKE, SPOTIFY_FILE, spotifyPeriods } from './emerging/spotify-periods.ts';
import { provenanceOf } from './provenance.ts';

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    'weeks-seeds': { type: 'string', default: '1,2' },
    data: { type: 'string', default: resolve(import.meta.dirname, '..', '..', 'shared', 'data') },
    record: { type: 'boolean', default: false },
  },
});
const seedsOf = (list: string): readonly number[] => list.split(',').filter(Boolean).map(Number);

/** Times as often among the tickets of the hours before as in what the model learned from: then it is something new. */
const NEW_FROM = 3;

const encoder = await openEncoder(useLiteFolder());

const describe = ({ firstSeen, noticedAt, ticketIds, phrases }: Noticed) => ({
  firstSeen,
  noticedAt,
  tickets: ticketIds.length,
  phrases,
});

const totals = ({ live, kept }: Replayed) => ({ liveTickets: live, keptToCompare: kept });

const incidentOf = async (seed: number) => {
  const period = lastDays(seed);
  const replayed = await replayPeriod(period, encoder);
  const isPlanted = (id: string): boolean => period.topicOf.get(id) === INCIDENT.topic;
  const planted = period.live.filter(({ ticketId }) => isPlanted(ticketId));
  const of = ({ ticketIds }: Noticed): boolean => 2 * ticketIds.filter(isPlanted).length >= ticketIds.length;
  const [noticed, ...again] = replayed.noticed.filter(of);
  const arrived = planted.filter(({ time }) => noticed !== undefined && time <= noticed.noticedAt).length;
  process.stderr.write(`${period.name}: ${noticed === undefined ? 'not noticed' : `noticed after ${arrived} tickets`}\n`);
  return {
    seed,
    ...totals(replayed),
    plantedTickets: planted.length,
    began: planted[0]?.time,
    noticed: noticed === undefined ? null : { ...describe(noticed), plantedTicketsByThen: arrived },
    noticedAgain: again.length,
    otherGroups: replayed.noticed.filter((one) => !of(one)).map(describe),
  };
};

/** What a noticed group is about, and whether that is new. */
const judge = ({ topicOf, live }: SamplePeriod, { learned }: Replayed, group: Noticed) => {
  const count = (ids: readonly string[], topic: string): number => ids.filter((id) => topicOf.get(id) === topic).length;
  const topics = [...new Set(group.ticketIds.map((id) => topicOf.get(id) ?? ''))];
  const topic = topics.toSorted((a, b) => count(group.ticketIds, b) - count(group.ticketIds, a))[0]!;
  const from = new Date(Date.parse(group.noticedAt) - WINDOW_HOURS * HOUR_MS).toISOString();
  const hours = live.filter(({ time }) => time > from && time <= group.noticedAt).map(({ ticketId }) => ticketId);
  const past = learned.map(({ ticketId }) => ticketId);
  const timesAsOften = count(hours, topic) / hours.length / ((count(past, topic) + 1) / (past.length + 1));
  const share = count(group.ticketIds, topic) / group.ticketIds.length;
  return { ...describe(group), topic, share, timesAsOften, isNew: share >= 0.5 && timesAsOften >= NEW_FROM };
};

const weeksOf = async (seed: number, shared: Encoder) => {
  const judged = [];
  let [live, kept] = [0, 0];
  for (const period of earlierWeeks(seed)) {
    const replayed = await replayPeriod(period, shared);
    const groups = replayed.noticed.map((group) => ({ period: period.name, ...judge(period, replayed, group) }));
    process.stderr.write(`${period.name}: ${groups.length} noticed of ${replayed.live} tickets, ${replayed.kept} kept\n`);
    judged.push(...groups);
    live += replayed.live;
    kept += replayed.kept;
  }
  const falseAlarms = judged.filter(({ isNew }) => !isNew).length;
  return { seed, liveTickets: live, keptToCompare: kept, noticed: judged.length, falseAlarms, groups: judged };
};

/** Their texts and words stay out of what is recorded. */
const spotify = async () => {
  if (!existsSync(join(flags.data, SPOTIFY_FILE))) return null;
  const shared = cachedEncoder(encoder);
  const weeks = [];
  for (const period of spotifyPeriods(flags.data)) {
    const replayed = await replayPeriod(period, shared);
    const groups = replayed.noticed.map(({ firstSeen, noticedAt, ticketIds }) => ({
      firstSeen,
      noticedAt,
      tickets: ticketIds.length,
    }));
    process.stderr.write(`${period.name}: ${JSON.stringify(groups)} of ${replayed.live} messages\n`);
    weeks.push({ period: period.name, ...totals(replayed), groups });
  }
  const groups = weeks.flatMap((week) => week.groups);
  const inSpike = groups.filter(({ noticedAt }) => noticedAt >= LABELLED_SPIKE.from && noticedAt < LABELLED_SPIKE.to);
  return {
    source: 'SpotifyCares on Twitter, of Customer Support on Twitter (Axelbrooke 2017), CC BY-NC-SA 4.0, for evaluation only',
    labelledSpike: LABELLED_SPIKE,
    noticedInLabelledSpike: inSpike.length,
    noticedElsewhere: groups.length - inSpike.length,
    weeks,
  };
};

const incidents = [];
for (const seed of seedsOf(flags.seeds)) incidents.push(await incidentOf(seed));
const weeks = [];
for (const seed of seedsOf(flags['weeks-seeds'])) weeks.push(await weeksOf(seed, cachedEncoder(encoder)));
const result = {
  ...provenanceOf(
    'the sample company, 16 weeks at seed 1',
    JSON.stringify(sampleTickets()),
    'four weeks as history, of which the oldest 70 % are learned from, then the live days',
    [...new Set([...seedsOf(flags.seeds), ...seedsOf(flags['weeks-seeds'])])],
  ),
  incidents,
  earlierWeeks: weeks,
  spotifyCares: await spotify(),
};
const printed = `${JSON.stringify(result, null, 2)}\n`;
if (flags.record) await writeFile(join(import.meta.dirname, 'results', 'emerging.json'), printed);
process.stdout.write(printed);
