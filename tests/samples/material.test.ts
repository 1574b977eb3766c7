import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENTS } from '../../samples/company/agents.ts';
import { TEAMS, teamNameAt, teamToday } from '../../samples/company/teams.ts';
import { TOPICS } from '../../samples/company/topics.ts';
import { WORKFLOWS } from '../../samples/company/workflows.ts';
import { fitting, slotsOf } from '../../samples/generate/phrases.ts';
import { SLOTS } from '../../samples/generate/slots.ts';
import { LetterFileError, parseLetters, readMaterial } from '../../samples/read-material.ts';

const material = readMaterial();
const COMPANY = join(import.meta.dirname, '../../samples/company');

describe('the phrases of the topics', () => {
  test('every topic has its file, and every file its topic', () => {
    const files = readdirSync(join(COMPANY, 'topics')).map((name) => name.replace('.md', ''));
    expect(files.toSorted()).toEqual(TOPICS.map(({ id }) => id).toSorted());
  });

  test.each(TOPICS.map(({ id }) => id))('%s has enough of each kind, and names nothing that cannot be filled in', (id) => {
    const phrases = material.phrases.get(id)!;
    const counts = Object.fromEntries([...phrases].map(([section, of]) => [section, of.length]));
    expect(counts['subject']).toBeGreaterThanOrEqual(6);
    expect(counts['problem']).toBeGreaterThanOrEqual(5);
    expect(counts['detail']).toBeGreaterThanOrEqual(5);
    expect(counts['ask']).toBeGreaterThanOrEqual(5);
    expect(counts['chat']).toBeGreaterThanOrEqual(6);
    const unknown = [...phrases.values()]
      .flat()
      .flatMap(slotsOf)
      .filter((slot) => !(slot in SLOTS));
    expect(unknown).toEqual([]);
  });

  test('every problem finds a subject and a detail that go with it, and every tag a problem', () => {
    const alone = [...material.phrases].flatMap(([id, phrases]) => {
      const problems = phrases.get('problem')!;
      const tags = new Set(problems.flatMap((problem) => problem.tags));
      return [
        ...problems.flatMap((problem, at) =>
          ['subject', 'detail']
            .filter((section) => fitting(phrases.get(section)!, problem).length === 0)
            .map((section) => `${id} problem ${at + 1}: no ${section}`),
        ),
        ...['subject', 'detail', 'ask'].flatMap((section) =>
          phrases
            .get(section)!
            .flatMap((phrase) => phrase.tags.filter((tag) => !tags.has(tag)).map((tag) => `${id} ${section}: #${tag}`)),
        ),
      ];
    });
    expect(alone).toEqual([]);
  });

  test('what stands around them names nothing that cannot be filled in', () => {
    expect(
      [...material.ways.values()]
        .flat()
        .flatMap(slotsOf)
        .filter((slot) => !(slot in SLOTS)),
    ).toEqual([]);
  });
});

describe('the company', () => {
  test('has eight teams or more, thirty workflows or more, forty agents or more', () => {
    expect(TEAMS.length).toBeGreaterThanOrEqual(8);
    expect(WORKFLOWS.length).toBeGreaterThanOrEqual(30);
    expect(AGENTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(AGENTS.map(({ id }) => id)).size).toBe(AGENTS.length);
    expect(new Set(WORKFLOWS.map(({ id }) => id)).size).toBe(WORKFLOWS.length);
  });

  test('every team has agents and workflows', () => {
    const idle = TEAMS.filter(
      ({ id }) => !AGENTS.some(({ skills }) => skills.includes(id)) || !WORKFLOWS.some(({ team }) => team === id),
    );
    expect(idle).toEqual([]);
  });

  test('a topic’s workflows belong to the team that gets most of its tickets, and shares of teams add up to 1', () => {
    const odd = TOPICS.filter(({ teams, workflows }) => {
      const sum = teams.reduce((all, [, share]) => all + share, 0);
      const owners = workflows.map((workflow) => WORKFLOWS.find(({ id }) => id === workflow)?.team);
      return Math.abs(sum - 1) > 1e-9 || owners.some((owner) => owner !== teams[0]?.[0]);
    });
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  test('a team that was renamed goes by its old name before, and the old name stands for it today', () => {
    const renamed = TEAMS.filter((team) => 'renamedFrom' in team);
    expect(renamed).toHaveLength(1);
    for (const { id, renamedFrom, since } of renamed) {
      expect(teamNameAt(id, '2026-08-01T00:00:00Z')).toBe(renamedFrom);
      expect(teamNameAt(id, since)).toBe(id);
      expect([teamToday(renamedFrom), teamToday(id), teamToday('shipping')]).toEqual([id, id, 'shipping']);
    }
  });
});

describe('letters', () => {
  const line = (changes: Record<string, unknown> = {}): string =>
    JSON.stringify({ topic: 'vague', channel: 'web', priority: 'low', subject: 'a', body: 'b', ...changes });

  test('are read a line each; empty lines are skipped', () => {
    expect(parseLetters(`${line()}\n\n${line()}\n`, 'x.jsonl')).toHaveLength(2);
    expect(existsSync(join(COMPANY, 'letters.jsonl'))).toBe(true);
    expect(material.letters.length).toBeGreaterThanOrEqual(440);
  });

  test.each([
    ['text that is not JSON', '{"id":', 'x.jsonl line 3 is not JSON'],
    ['an unknown topic', line({ topic: 'sales' }), 'x.jsonl line 3: "topic" is wrong'],
    ['an unknown channel', line({ channel: 'fax' }), 'x.jsonl line 3: "channel" is wrong'],
    ['a missing body', line({ body: undefined }), 'x.jsonl line 3: "body" is wrong'],
    ['a field that nobody knows', line({ team: 'billing' }), 'x.jsonl line 3: the line is wrong'],
  ])('%s is refused with its line number', (_, bad, message) => {
    const read = (): unknown => parseLetters(`${line()}\n\n${bad}\n${line()}`, 'x.jsonl');
    expect(read).toThrow(LetterFileError);
    expect(read).toThrow(message);
  });
});
