import { describe, expect, test } from 'vitest';
import { findDuplicates } from '../../model/readiness/near-duplicates.ts';
import { AGENTS, SHIFTS } from '../../samples/company/agents.ts';
import { TEAMS } from '../../samples/company/teams.ts';
import { INCIDENT, TOPICS } from '../../samples/company/topics.ts';
import { WORKFLOWS } from '../../samples/company/workflows.ts';
import { LIVE_FROM, sampleCompany } from '../../samples/sample-company.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const company = sampleCompany();
const tickets = company.map(({ ticket }) => ticket);
const countBy = (keys: readonly string[]): ReadonlyMap<string, number> =>
  keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<string, number>());
const shareOf = <T>(all: readonly T[], is: (one: T) => boolean): number => all.filter(is).length / all.length;

describe('the tickets of sixteen weeks', () => {
  test('are 12,000 or more, and no two texts are the same, whatever their case and signs', () => {
    expect(tickets.length).toBeGreaterThanOrEqual(12_000);
    const { same, near } = findDuplicates(
      tickets.map(({ subject, body }) => `${subject}\n${body}`),
      1,
    );
    expect(new Set(same).size).toBe(tickets.length);
    const groups = countBy([...near].map(String));
    expect(shareOf([...near], (group) => (groups.get(String(group)) ?? 0) > 1)).toBeLessThan(0.02);
  });

  test('ids and times ascend over sixteen weeks', () => {
    const times = tickets.map(({ time }) => Date.parse(time));
    expect(times.every((time, at) => at === 0 || time >= times[at - 1]!)).toBe(true);
    expect(tickets.every(({ id }, at) => at === 0 || id > tickets[at - 1]!.id)).toBe(true);
    expect((times.at(-1)! - times[0]!) / DAY_MS).toBeGreaterThan(111);
    expect((times.at(-1)! - times[0]!) / DAY_MS).toBeLessThanOrEqual(112);
  });

  test('a working day brings at least twice as many as a day of the weekend, and noon ten times as many as night', () => {
    const days = countBy(tickets.map(({ time }) => String(new Date(time).getUTCDay())));
    for (const weekday of ['1', '2', '3', '4', '5'])
      for (const free of ['0', '6']) expect(days.get(weekday)!).toBeGreaterThan(2 * days.get(free)!);
    const hours = countBy(tickets.map(({ time }) => time.slice(11, 13)));
    expect(hours.get('11')!).toBeGreaterThan(10 * (hours.get('02') ?? 0));
  });

  test('come by three channels in all four priorities, normal most of all', () => {
    expect([...countBy(tickets.map(({ channel }) => channel)).keys()].toSorted()).toEqual(['chat', 'email', 'web']);
    const priorities = countBy(tickets.map(({ labels }) => labels.priority));
    expect([...priorities].toSorted(([, a], [, b]) => b - a).map(([name]) => name)).toEqual(['normal', 'high', 'low', 'urgent']);
  });

  test('every topic occurs, and those that pass occur in their weeks only', () => {
    const start = Date.parse(tickets[0]!.time);
    const weekOf = (time: string): number => 1 + Math.floor((Date.parse(time) - start) / (7 * DAY_MS));
    const outside = TOPICS.filter(({ id, trend }) => {
      const weeks = company.filter(({ topic }) => topic === id).map(({ ticket }) => weekOf(ticket.time));
      const [first, last] = trend.kind === 'passes' ? [trend.first, trend.last] : [1, 16];
      return weeks.length < 20 || Math.min(...weeks) < first || Math.max(...weeks) > last;
    });
    expect(outside.map(({ id }) => id)).toEqual([]);
  });
});

describe('labels', () => {
  test('name today’s teams, and the renamed one by its old name before', () => {
    const care = TEAMS.find((team) => 'since' in team)!;
    const [before, after] = [tickets.filter(({ time }) => time < care.since), tickets.filter(({ time }) => time >= care.since)];
    const today = new Set<string>(TEAMS.map(({ id }) => id));
    expect(new Set(after.map(({ labels }) => labels.team))).toEqual(today);
    expect(new Set(before.map(({ labels }) => labels.team))).toEqual(
      new Set([...today].map((id) => (id === care.id ? care.renamedFrom : id))),
    );
  });

  test('about an eighth went elsewhere than most of their topic, as people are', () => {
    const usual = new Map(TOPICS.map(({ id, teams }) => [id, teams[0]![0] as string]));
    const strays = shareOf(company, ({ topic, ticket }) => {
      const team = ticket.labels.team === 'subscriptions' ? 'care' : ticket.labels.team;
      return team !== usual.get(topic);
    });
    expect(strays).toBeGreaterThan(0.08);
    expect(strays).toBeLessThan(0.14);
  });

  test('workflows are known ones, thirty or more, and forgotten now and then', () => {
    const used = new Set(tickets.flatMap(({ labels }) => labels.workflow ?? []));
    expect(used.size).toBeGreaterThanOrEqual(30);
    const known = new Set<string>(WORKFLOWS.map(({ id }) => id));
    expect([...used].filter((id) => !known.has(id))).toEqual([]);
    const forgotten = shareOf(tickets, ({ labels }) => labels.workflow === undefined);
    expect(forgotten).toBeGreaterThan(0.1);
    expect(forgotten).toBeLessThan(0.2);
  });
});

describe('outcomes', () => {
  const byId = new Map(AGENTS.map((agent) => [agent.id, agent]));

  test('come after their tickets, from an agent on shift who can do the team’s tickets', () => {
    for (const { ticket, outcome } of company) {
      const agent = byId.get(outcome.resolvedBy)!;
      expect(Date.parse(outcome.resolvedAt)).toBeGreaterThan(Date.parse(ticket.time));
      expect(agent.skills as readonly string[]).toContain(ticket.labels.team === 'subscriptions' ? 'care' : ticket.labels.team);
      const begun = new Date(Date.parse(outcome.resolvedAt) - outcome.handleTimeSeconds * 1_000);
      expect(SHIFTS[agent.shift].days as readonly number[]).toContain(begun.getUTCDay());
    }
  });

  test('every agent has work', () => {
    expect(new Set(company.map(({ outcome }) => outcome.resolvedBy)).size).toBe(AGENTS.length);
  });

  test('some are reopened and some rated, and who had to write again is less happy', () => {
    const rated = company.filter(({ outcome }) => outcome.rating !== undefined);
    expect(shareOf(company, ({ outcome }) => outcome.reopened)).toBeGreaterThan(0.04);
    expect(rated.length / company.length).toBeGreaterThan(0.15);
    const mean = (reopened: boolean): number => {
      const ratings = rated.filter(({ outcome }) => outcome.reopened === reopened).map(({ outcome }) => outcome.rating!);
      return ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
    };
    expect(mean(false)).toBeGreaterThan(mean(true) + 0.5);
  });
});

describe('the incident', () => {
  const burst = company.filter(({ topic }) => topic === INCIDENT.topic).map(({ ticket }) => ticket);

  test('brings twenty tickets or more within six hours of the last day, to billing but for a slip', () => {
    expect(burst.length).toBeGreaterThanOrEqual(20);
    expect(Date.parse(burst.at(-1)!.time) - Date.parse(burst[0]!.time)).toBeLessThan(6 * HOUR_MS);
    expect(shareOf(burst, ({ labels }) => labels.team === 'billing')).toBeGreaterThan(0.9);
  });

  test('lies in the live part, and history knows nothing of it', () => {
    expect(burst[0]!.time > LIVE_FROM).toBe(true);
    expect(
      tickets.filter(
        ({ time, subject, body }) => time < LIVE_FROM && `${subject}${body}`.includes('417 ') && /paypal/i.test(body),
      ),
    ).toEqual([]);
    expect(shareOf(burst, ({ subject, body }) => /E[- ]?417/i.test(`${subject} ${body}`))).toBeGreaterThan(0.9);
  });
});
