import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventLogLine } from '../../../core/contracts/bus-event.ts';
import { labelMapOf, NO_LABEL_CHANGES } from '../../../core/labels/label-map.ts';
import { splitByTime } from '../../../core/retrain/split-by-time.ts';
import { MAX_TEST_BATCHES, takeSnapshot, testBatches } from '../../../core/retrain/take-snapshot.ts';
import { trainingExampleSchema } from '../../../core/retrain/training-example.ts';
import type { SnapshotDeps } from '../../../core/retrain/take-snapshot.ts';
import type { TrainingExample } from '../../../core/retrain/training-example.ts';
import { aLogLine, anEncoder, history, learnedLine, minutesLater, NOW } from '../../support/retraining-builders.ts';
import { eventLogInMemory, shelfInMemory, snapshotsInMemory } from '../../support/retraining-fakes.ts';

describe('the split by time', () => {
  test('uses every ticket once, the oldest to train and the newest to test', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), (count) => {
        const ordered = Array.from({ length: count }, (_, at) => at);
        const { train, validation, test } = splitByTime(ordered);
        expect([...train, ...validation, ...test]).toEqual(ordered);
        expect(Math.abs(test.length - 0.15 * count)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(validation.length - 0.15 * count)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});

describe('batches of test tickets', () => {
  test('cover the newest tickets without a gap, in at most 40', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30_000 }), (count) => {
        const batches = testBatches('k', count);
        expect(batches.length).toBeLessThanOrEqual(MAX_TEST_BATCHES);
        let next = Math.max(0, count - 10_000);
        for (const { from, to } of batches) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          expect(to - from).toBeLessThanOrEqual(250);
          next = to;
        }
        expect(next).toBe(count);
      }),
    );
  });
});

const snapshotOf = async (
  lines: readonly (EventLogLine | string)[],
  windowDays = 30,
  given: Pick<SnapshotDeps, 'most'> & Partial<Pick<SnapshotDeps, 'eventLog' | 'labels' | 'encodedHistory'>> = {},
) => {
  const snapshots = snapshotsInMemory();
  const shelf = shelfInMemory();
  const take = takeSnapshot({
    eventLog: eventLogInMemory(lines),
    snapshots,
    openShelf: () => shelf,
    windowDays,
    labels: NO_LABEL_CHANGES,
    encoder: anEncoder,
    encodedHistory: () => Promise.resolve(undefined),
    ...given,
  });
  const snapshot = await take({ version: 12, startedAt: NOW });
  const examples = (name: string): readonly TrainingExample[] =>
    (snapshots.files.get(name) ?? []).map((line) => trainingExampleSchema.parse(JSON.parse(line)));
  expect(shelf.lines).toEqual([]);
  return { snapshot, examples };
};

describe('a snapshot', () => {
  test('files 70, 15 and 15 % for training, validation and test, the test tickets out of sight of training', async () => {
    const { snapshot, examples } = await snapshotOf(history(100));
    expect(snapshot).toMatchObject({
      prefix: 'snapshots/v12/',
      trainPrefix: 'snapshots/v12/training/',
      counts: { train: 70, validation: 15, test: 15 },
      testBatches: [{ key: 'snapshots/v12/test.jsonl', from: 0, to: 15 }],
      from: minutesLater(-100),
      to: minutesLater(-1),
      malformed: { lines: 0 },
    });
    expect(examples('snapshots/v12/training/train.jsonl')).toHaveLength(70);
    expect(examples('snapshots/v12/training/validation.jsonl')).toHaveLength(15);
    expect(examples('snapshots/v12/test.jsonl').at(-1)).toMatchObject({ ticketId: 't-99', labels: { team: 'delivery' } });
  });

  test('takes subject and body as the text, as the models are asked', async () => {
    const { examples } = await snapshotOf([
      ...history(50),
      learnedLine({ ticketId: 'x', time: minutesLater(1), text: { subject: 'Hello', body: 'World' } }),
    ]);
    expect(examples('snapshots/v12/test.jsonl').at(-1)).toMatchObject({ ticketId: 'x', text: 'Hello\nWorld' });
  });

  test('believes the latest lesson about a ticket, in whatever order they arrived', async () => {
    const late = learnedLine({ id: 'a', ticketId: 'x', time: minutesLater(9), labels: { team: 'access' } });
    const early = learnedLine({ id: 'b', ticketId: 'x', time: minutesLater(3), labels: { team: 'billing' } });
    for (const order of [
      [late, early],
      [early, late],
    ]) {
      const { examples } = await snapshotOf([...history(50), ...order]);
      const found = examples('snapshots/v12/test.jsonl').filter(({ ticketId }) => ticketId === 'x');
      expect(found.map(({ labels }) => labels)).toEqual([{ team: 'access' }]);
    }
  });

  test('believes, of two lessons of one time, what was recorded later, in whatever order they arrived', async () => {
    const lesson = (id: string, team: string, recordedAt: string) =>
      learnedLine({ id, ticketId: 'x', time: minutesLater(3), labels: { team }, lesson: 'imported', recordedAt });
    const wrong = lesson('a', 'access', '2026-03-01T00:00:00.000Z');
    const mended = lesson('b', 'billing', '2026-03-02T00:00:00.000Z');
    for (const order of [
      [wrong, mended],
      [mended, wrong],
    ]) {
      const { examples } = await snapshotOf([...history(50), ...order]);
      const found = examples('snapshots/v12/test.jsonl').filter(({ ticketId }) => ticketId === 'x');
      expect(found.map(({ labels }) => labels)).toEqual([{ team: 'billing' }]);
    }
  });

  test('a rating without labels does not make a ticket forget its team', async () => {
    const { examples } = await snapshotOf([
      ...history(50),
      learnedLine({ id: 'a', ticketId: 'x', time: minutesLater(3), labels: { team: 'access' } }),
      learnedLine({ id: 'b', ticketId: 'x', time: minutesLater(9), labels: {}, lesson: 'rated', rating: 5 }),
    ]);
    expect(examples('snapshots/v12/test.jsonl').find(({ ticketId }) => ticketId === 'x')?.labels).toEqual({ team: 'access' });
  });

  test('lines that are none are counted and named, and the rest is learned from', async () => {
    const { snapshot } = await snapshotOf([
      'events/dt=2026-03-10/a.jsonl.gz:3',
      ...history(50),
      aLogLine({ id: 'bad', detail: { ticketId: 'x', time: 'yesterday' } }),
      learnedLine({ id: 'no-time', ticketId: 'y', time: 'yesterday' }),
    ]);
    expect(snapshot.counts.train).toBe(34);
    expect(snapshot.malformed.lines).toBe(3);
    expect(snapshot.malformed.examples[0]).toContain('events/dt=2026-03-10/a.jsonl.gz:3');
    expect(snapshot.malformed.examples[1]).toContain('event bad');
  });

  test('reads the days of the window and the one after, by arrival and not by event time', async () => {
    const arrived = (id: string, time: string) => learnedLine({ ticketId: id, time: '2020-01-01T00:00:00Z' }, { id, time });
    const { snapshot, examples } = await snapshotOf(
      [
        ...history(50),
        arrived('too-old', '2026-03-02T23:59:59Z'),
        arrived('just-in', '2026-03-03T00:00:00Z'),
        arrived('clock-ahead', '2026-03-11T00:00:01Z'),
        arrived('far-future', '2026-03-12T00:00:01Z'),
      ],
      7,
    );
    const ids = examples('snapshots/v12/training/train.jsonl').map(({ ticketId }) => ticketId);
    expect(ids).toEqual(expect.arrayContaining(['just-in', 'clock-ahead']));
    expect(ids).not.toContain('too-old');
    expect(ids).not.toContain('far-future');
    expect(snapshot.from).toBe('2020-01-01T00:00:00.000Z');
  });

  test('the same log gives the same hash, another one another', async () => {
    const hash = async (lines: readonly EventLogLine[]) => (await snapshotOf(lines)).snapshot.dataHash;
    const lines = history(60);
    expect(await hash(lines.toReversed())).toBe(await hash(lines));
    expect(await hash(lines.slice(1))).not.toBe(await hash(lines));
  });

  test('mixes a history without times that is sorted by label', async () => {
    const lines = Array.from({ length: 200 }, (_, at) =>
      learnedLine({ ticketId: `t-${at}`, labels: { team: at < 100 ? 'billing' : 'delivery' } }),
    );
    const { examples } = await snapshotOf(lines);
    expect(new Set(examples('snapshots/v12/test.jsonl').map(({ labels }) => labels['team']))).toEqual(
      new Set(['billing', 'delivery']),
    );
  });

  test('of more tickets than a training learns from it takes the newest, and says how many outcomes it left out', async () => {
    const again = history(100).slice(90);
    const { snapshot, examples } = await snapshotOf([...history(100), ...again], 30, {
      most: { tickets: 60, characters: 1_000_000 },
    });
    expect(snapshot.counts).toEqual({ train: 42, validation: 9, test: 9 });
    expect(snapshot.from).toBe(minutesLater(-60));
    expect(examples('snapshots/v12/training/train.jsonl')[0]?.ticketId).toBe('t-40');
    expect(snapshot.leftOut).toEqual({
      older: 40,
      withoutLabel: 0,
      empty: 0,
      reason: 'Left out: about 40 outcomes of older tickets, because a training learns from the newest 60.',
    });
  });

  test('nor does it take more text than fits', async () => {
    const { snapshot } = await snapshotOf(history(100), 30, {
      most: { tickets: 100, characters: 'Invoice\nIt is wrong'.length * 50 + 3 },
    });
    expect(snapshot.counts.train + snapshot.counts.validation + snapshot.counts.test).toBe(50);
    expect(snapshot.leftOut.older).toBe(50);
  });

  test('says what teaches nothing: retired labels, no labels, no words; and nothing where all was taken', async () => {
    const retired = labelMapOf({ heads: { team: { renamed: {}, added: {}, retired: { fax: null } } } });
    const { snapshot } = await snapshotOf(
      [
        ...history(50),
        learnedLine({ ticketId: 'x', labels: { team: 'fax' } }),
        learnedLine({ ticketId: 'y', labels: {}, lesson: 'rated' }),
        learnedLine({ ticketId: 'z', text: { subject: '', body: '…' } }),
      ],
      30,
      { labels: retired },
    );
    expect(snapshot.leftOut).toEqual({
      older: 0,
      withoutLabel: 1,
      empty: 2,
      reason:
        'Left out: 1 tickets whose labels are retired, or could be another today; 2 outcomes without a label or without a word.',
    });
    expect((await snapshotOf(history(50))).snapshot.leftOut.reason).toBe('');
  });

  test('a log that is rewritten while it is read is read again later', async () => {
    const log = eventLogInMemory(history(60));
    const changed = eventLogInMemory(history(60).with(3, learnedLine({ ticketId: 'other' })));
    await expect(snapshotOf([], 30, { eventLog: { arrivals: log.arrivals, again: changed.again } })).rejects.toMatchObject({
      name: 'LogChanged',
    });
  });

  test.each([
    ['39 tickets with a team', history(39), 'Only 39 tickets with a team were found in the event log; at least 40 are needed.'],
    ['one team only', history(80, ['billing']), 'All tickets to learn from went to one team; at least two teams are needed.'],
    [
      'tickets without words',
      history(80).map(({ id, detail }) => aLogLine({ id, detail: { ...detail, text: { subject: '', body: '…' } } })),
      'Only 0 tickets with a team were found in the event log; at least 40 are needed.',
    ],
  ])('%s are not enough to learn from', async (_, lines, sentence) => {
    await expect(snapshotOf(lines)).rejects.toMatchObject({ name: 'NotEnoughToLearn', message: sentence });
  });
});
