import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LIVE_SHARE, readSampleTickets, readSampleTopics, SAMPLE_TEAMS } from '../../samples/read-samples.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BURST_CODE = 'E-417';

const tickets = readSampleTickets();
const topics = readSampleTopics();
const liveFrom = Math.floor(tickets.length * (1 - LIVE_SHARE));
const textOf = ({ subject, body }: { readonly subject: string; readonly body: string }): string => `${subject}\n${body}`;
const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const countBy = (keys: readonly string[]): ReadonlyMap<string, number> =>
  keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<string, number>());

const shinglesOf = (text: string): ReadonlySet<string> => {
  const words = wordsOf(text);
  return new Set(words.slice(0, Math.max(1, words.length - 2)).map((_, i) => words.slice(i, i + 3).join(' ')));
};
const jaccard = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const shared = [...a].filter((shingle) => b.has(shingle)).length;
  return shared / (a.size + b.size - shared);
};

describe('the sample tickets', () => {
  test('no id is used twice', () => {
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(tickets.length);
  });

  test('times ascend over eight weeks', () => {
    const times = tickets.map(({ time }) => Date.parse(time));
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? Infinity))).toBe(true);
    const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY_MS;
    expect(days).toBeGreaterThan(52);
    expect(days).toBeLessThanOrEqual(56);
  });

  test('a working day brings at least twice as many tickets as a day of the weekend', () => {
    const weekend = tickets.filter(({ time }) => [0, 6].includes(new Date(time).getUTCDay())).length;
    expect((tickets.length - weekend) / 5).toBeGreaterThan(2 * (weekend / 2));
  });

  test('no two texts are the same, whatever their case and punctuation', () => {
    const texts = tickets.map((ticket) => wordsOf(textOf(ticket)).join(' '));
    expect([...countBy(texts)].filter(([, count]) => count > 1)).toEqual([]);
  });

  test('fewer than 2 % of the tickets nearly repeat another one', () => {
    const shingles = tickets.map((ticket) => shinglesOf(textOf(ticket)));
    const repeated = shingles.filter((a, i) => shingles.some((b, j) => i !== j && jaccard(a, b) > 0.7));
    expect(repeated.length / tickets.length).toBeLessThan(0.02);
  });

  test('a changed word in a long sentence counts as nearly repeated', () => {
    const sentence = 'the parcel that I ordered two weeks ago has not arrived and nobody at all answers my mails';
    expect(jaccard(shinglesOf(sentence), shinglesOf(sentence.replace('mails', 'calls')))).toBeGreaterThan(0.7);
  });
});

describe('the labels', () => {
  const teams = countBy(tickets.map(({ labels }) => labels.team));

  test('every team has at least 25 tickets, and the teams are of unequal size', () => {
    expect([...teams.keys()].toSorted()).toEqual(SAMPLE_TEAMS.toSorted());
    expect(Math.min(...teams.values())).toBeGreaterThanOrEqual(25);
    expect(Math.max(...teams.values()) / Math.min(...teams.values())).toBeGreaterThan(1.5);
  });

  test('all four priorities occur, normal most of all', () => {
    const priorities = countBy(tickets.map(({ labels }) => labels.priority));
    expect([...priorities].toSorted(([, a], [, b]) => b - a).map(([name]) => name)).toEqual(['normal', 'high', 'low', 'urgent']);
  });

  test('at least 18 topics have 12 tickets or more', () => {
    expect([...countBy([...topics.values()]).values()].filter((count) => count >= 12).length).toBeGreaterThanOrEqual(18);
  });

  test('about 3 % went to another team than the rest of their topic', () => {
    const teamsOfTopic = Map.groupBy(
      tickets.filter(({ id }) => topics.has(id)),
      ({ id }) => topics.get(id),
    );
    const strays = [...teamsOfTopic.values()].map((group) => {
      const counts = countBy(group.map(({ labels }) => labels.team));
      return group.length - Math.max(...counts.values());
    });
    const share = strays.reduce((sum, count) => sum + count, 0) / tickets.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.045);
  });

  test('the tables of the README say what is in the file', () => {
    const readme = readFileSync(new URL('../../samples/README.md', import.meta.url), 'utf8');
    const missing = [...teams, ...countBy([...topics.values()])].filter(
      ([name, count]) => !new RegExp(String.raw`\| ${name} \|[^\n]*\b${count} \|`).test(readme),
    );
    expect(missing).toEqual([]);
  });
});

describe('the burst in the live part', () => {
  const burst = tickets.filter((ticket) => textOf(ticket).replace('E 417', BURST_CODE).includes(BURST_CODE));

  test('at least 12 tickets come within six hours, all sent to billing', () => {
    expect(burst.length).toBeGreaterThanOrEqual(12);
    expect(Date.parse(burst.at(-1)?.time ?? '') - Date.parse(burst[0]?.time ?? '')).toBeLessThan(6 * HOUR_MS);
    expect(new Set(burst.map(({ labels }) => labels.team))).toEqual(new Set(['billing']));
  });

  test('history knows nothing of it', () => {
    expect(Math.min(...burst.map((ticket) => tickets.indexOf(ticket)))).toBeGreaterThanOrEqual(liveFrom);
    expect(tickets.slice(0, liveFrom).filter((ticket) => textOf(ticket).includes('417'))).toEqual([]);
  });
});
