import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_LABEL_CHANGES } from '../../../core/labels/label-map.ts';
import { compare, evaluateBatch } from '../../../core/retrain/evaluate-batch.ts';
import { gateChallenger, judgeByTestTickets } from '../../../core/retrain/gate.ts';
import { exampleLine } from '../../../core/retrain/training-example.ts';
import { aFailedPrediction, anEvaluation, anExample, aPrediction } from '../../support/retraining-builders.ts';
import { scorerInMemory, snapshotsInMemory, versionsInMemory } from '../../support/retraining-fakes.ts';

const saying = (answers: Readonly<Record<string, string | null>>) =>
  new Map(
    Object.entries(answers).map(([id, team]) => [id, team === null ? aFailedPrediction(id) : aPrediction(id, team)] as const),
  );

describe('comparing two models', () => {
  test('each ticket lands in one of four cells by who was right', () => {
    const examples = ['a', 'b', 'c', 'd'].map((ticketId) => anExample({ ticketId, team: 'billing' }));
    const challenger = saying({ a: 'billing', b: 'billing', c: 'access', d: 'access' });
    const champion = saying({ a: 'billing', b: 'access', c: 'billing', d: 'access' });
    expect(compare(examples, challenger, champion)).toEqual({
      n: 4,
      failed: 0,
      bothRight: 1,
      onlyChallengerRight: 1,
      onlyChampionRight: 1,
      neitherRight: 1,
      labelCounts: { team: { billing: 4 } },
    });
  });

  test('a ticket that a model could not score is wrong for that model', () => {
    const examples = ['a', 'b'].map((ticketId) => anExample({ ticketId }));
    const evaluation = compare(examples, saying({ a: null, b: 'billing' }), saying({ a: 'billing', b: null }));
    expect(evaluation).toMatchObject({ n: 2, failed: 1, onlyChampionRight: 1, onlyChallengerRight: 1 });
  });

  test('a ticket without a team says nothing', () => {
    expect(compare([anExample({ labels: { priority: 'high' } })], saying({ 't-1': 'billing' }), null)).toMatchObject({ n: 0 });
  });

  test('the cells always sum to n, and so do the teams', () => {
    const team = fc.constantFrom('billing', 'access', 'delivery');
    const answer = fc.option(team);
    fc.assert(
      fc.property(fc.array(fc.tuple(team, answer, answer)), (tickets) => {
        const examples = tickets.map(([truth], index) => anExample({ ticketId: `t-${index}`, team: truth }));
        const answers = (which: 1 | 2) =>
          saying(Object.fromEntries(tickets.map((ticket, index) => [`t-${index}`, ticket[which]])));
        const { n, bothRight, onlyChallengerRight, onlyChampionRight, neitherRight, labelCounts } = compare(
          examples,
          answers(1),
          answers(2),
        );
        expect(n).toBe(tickets.length);
        expect(bothRight + onlyChallengerRight + onlyChampionRight + neitherRight).toBe(n);
        expect(Object.values(labelCounts.team).reduce((sum, count) => sum + count, 0)).toBe(n);
      }),
    );
  });

  test('a batch is scored through the endpoints of both versions', async () => {
    const snapshots = snapshotsInMemory();
    const lines = ['a', 'b', 'c'].map((ticketId) => exampleLine(anExample({ ticketId, text: `text of ${ticketId}` })));
    await snapshots.write('snapshots/v12/', [{ name: 'test.jsonl', lines }]);
    const scorer = scorerInMemory((version, { id }) => aPrediction(id, version === 12 ? 'billing' : 'access'));
    const evaluate = evaluateBatch({ snapshots, scorer, labels: NO_LABEL_CHANGES });
    const batch = { key: 'snapshots/v12/test.jsonl', from: 1, to: 3 };

    const evaluation = await evaluate({ batch, version: 12, champion: 11 }, AbortSignal.timeout(1000));

    expect(evaluation).toMatchObject({ n: 2, onlyChallengerRight: 2 });
    expect(Object.fromEntries(scorer.asked)).toEqual({ 11: ['text of b', 'text of c'], 12: ['text of b', 'text of c'] });
  });

  test('before there is a champion only the challenger is asked', async () => {
    const snapshots = snapshotsInMemory();
    await snapshots.write('', [{ name: 'k', lines: [exampleLine(anExample())] }]);
    const scorer = scorerInMemory((_, { id }) => aPrediction(id, 'billing'));
    const input = { batch: { key: 'k', from: 0, to: 50 }, version: 1, champion: null };
    expect(await evaluateBatch({ snapshots, scorer, labels: NO_LABEL_CHANGES })(input, AbortSignal.timeout(1000))).toMatchObject({
      onlyChallengerRight: 1,
    });
    expect([...scorer.asked.keys()]).toEqual([1]);
  });
});

describe('the gate', () => {
  test('a challenger that wins clearly where the two differ is to be proven', () => {
    const evaluations = [
      anEvaluation({ bothRight: 40, onlyChallengerRight: 8, onlyChampionRight: 1 }),
      anEvaluation({ bothRight: 45, onlyChallengerRight: 4, onlyChampionRight: 2 }),
    ];
    const result = gateChallenger({ version: 12, champion: 11, evaluations });
    expect(result).toMatchObject({ verdict: 'prove', n: 100, accuracy: { champion: 0.88, challenger: 0.97, majority: 0.51 } });
    expect(result.pValue).toBeCloseTo(0.0176, 3);
    expect(result.reason).toBe(
      'Version 12 is right on 97.0 % of 100 test tickets, the champion, version 11, on 88.0 %: proven to be better (p = 0.018).',
    );
  });

  test('one more right than wrong proves nothing', () => {
    const evaluations = [anEvaluation({ bothRight: 90, onlyChallengerRight: 5, onlyChampionRight: 4 })];
    expect(gateChallenger({ version: 12, champion: 11, evaluations }).verdict).toBe('reject');
  });

  test('the first model is promoted where it beats always naming the commonest team', () => {
    const evaluations = [anEvaluation({ onlyChallengerRight: 45, neitherRight: 15 })];
    expect(gateChallenger({ version: 1, champion: null, evaluations })).toMatchObject({
      verdict: 'promote',
      accuracy: { champion: null, challenger: 0.75, majority: 0.5 },
    });
  });

  test('the first model is rejected where it has merely learned the commonest team', () => {
    const evaluations = [
      anEvaluation({ onlyChallengerRight: 48, neitherRight: 12, labelCounts: { team: { billing: 46, access: 14 } } }),
    ];
    expect(gateChallenger({ version: 1, champion: null, evaluations })).toMatchObject({ verdict: 'reject' });
  });

  test('a model that cannot score one ticket in twenty is rejected, however right it is on the rest', () => {
    const evaluations = [anEvaluation({ bothRight: 50, onlyChallengerRight: 44, neitherRight: 6, failed: 6 })];
    expect(gateChallenger({ version: 12, champion: 11, evaluations })).toMatchObject({
      verdict: 'reject',
      reason: 'Version 12 could not score 6 of 100 test tickets.',
    });
  });

  test('without test tickets nothing is proven', () => {
    for (const champion of [null, 11]) {
      const result = gateChallenger({ version: 12, champion, evaluations: [] });
      expect(result).toMatchObject({ verdict: 'reject', n: 0, pValue: 1 });
    }
  });

  test('a challenger that lost more than it won never passes, however the tickets are batched', () => {
    const count = fc.nat({ max: 30 });
    const evaluation = fc
      .record({ bothRight: count, onlyChallengerRight: count, onlyChampionRight: count, neitherRight: count })
      .map((counts) => anEvaluation(counts));
    fc.assert(
      fc.property(fc.array(evaluation, { maxLength: 5 }), (evaluations) => {
        const { verdict, pValue, reason } = gateChallenger({ version: 2, champion: 1, evaluations });
        const sum = (cell: 'onlyChallengerRight' | 'onlyChampionRight') =>
          evaluations.reduce((total, next) => total + next[cell], 0);
        const lostMore = sum('onlyChallengerRight') <= sum('onlyChampionRight');
        expect(lostMore && verdict !== 'reject').toBe(false);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
        expect(reason).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });

  test('rarely lets a challenger pass that is no better: at most one in twenty of equal ones', () => {
    // 60 discordant tickets, each won by either with the same chance: the verdict over all outcomes, weighted by probability.
    let falseAlarms = 0;
    let chance = 2 ** -60;
    for (let wins = 0; wins <= 60; wins += 1) {
      const evaluations = [anEvaluation({ onlyChallengerRight: wins, onlyChampionRight: 60 - wins })];
      if (gateChallenger({ version: 2, champion: 1, evaluations }).verdict === 'prove') falseAlarms += chance;
      chance *= (60 - wins) / (wins + 1);
    }
    expect(falseAlarms).toBeGreaterThan(0.01);
    expect(falseAlarms).toBeLessThan(0.05);
  });

  test('the result stands on the record of the version', async () => {
    const versions = versionsInMemory();
    const counts = { train: 70, validation: 15, test: 15 };
    const result = await judgeByTestTickets({ versions })({ version: 12, champion: 11, evaluations: [], counts });
    expect(versions.records.get(12)).toMatchObject({ verdict: result, counts });
  });
});
