import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoutingPrediction } from '../../../core/contracts/scoring.ts';
import { labelMapOf } from '../../../core/labels/label-map.ts';
import { labelDeclarationSchema } from '../../../core/labels/label-declaration.ts';
import { judgeShadow } from '../../../core/retrain/judge-challenger.ts';
import { evaluateBatch } from '../../../core/retrain/evaluate-batch.ts';
import { exampleLine } from '../../../core/retrain/training-example.ts';
import { decide } from '../../../core/route/decide.ts';
import { DEFAULT_POLICY } from '../../../core/route/policy.ts';
import {
  anExample,
  anEncoder,
  aPrediction,
  aRoutedTicket,
  history,
  learnedLine,
  minutesLater,
  NOW,
} from '../../support/retraining-builders.ts';
import { eventLogInMemory, scorerInMemory, shelfInMemory, snapshotsInMemory } from '../../support/retraining-fakes.ts';
import { takeSnapshot } from '../../../core/retrain/take-snapshot.ts';
import { trainingExampleSchema } from '../../../core/retrain/training-example.ts';
import { ticket } from '../../support/decided-tickets.ts';

const declared = labelMapOf(
  labelDeclarationSchema.parse({
    heads: {
      team: { renamed: { repairs: 'workshop' }, retired: { 'walk-in': 'workshop', fax: null } },
      priority: { retired: { urgent: null } },
    },
  }),
);
const policy = { ...DEFAULT_POLICY, labels: declared };
const circumstances = {
  attempt: 'first',
  pointerRevision: 1,
  propensity: 1,
  pause: undefined,
  queuedAtMs: 0,
  decidedAtMs: 1,
} as const;

interface Said {
  readonly label: string;
  readonly probability: number;
}

const predictionOf = (team: readonly [Said, ...Said[]], more: Partial<RoutingPrediction> = {}): RoutingPrediction => ({
  ...aPrediction('T-1', team[0].label),
  heads: { team: { ...team[0], alternatives: team.slice(1), known: true, threshold: 0.5 } },
  ...more,
});

const decisionOf = (prediction: RoutingPrediction) =>
  decide(ticket(1), { kind: 'scored', model: { name: 'routing', version: '1' }, prediction }, policy, circumstances);

describe('a decision by a model that knows former labels', () => {
  test('names the team of today, with the probability of all that became it', () => {
    const decision = decisionOf(
      predictionOf([
        { label: 'billing', probability: 0.4 },
        { label: 'repairs', probability: 0.35 },
        { label: 'walk-in', probability: 0.25 },
      ]),
    );
    expect(decision.outcome).toMatchObject({ kind: 'routed', team: 'workshop' });
    expect(decision.heads['team']?.probability).toBeCloseTo(0.6);
    expect(decision.heads['team']?.alternatives).toEqual([{ label: 'billing', probability: 0.4 }]);
    expect(decision.rules).toContain('label-of-today');
    expect(decision.because).toMatch(/^workshop with 60 %/);
  });

  test('leaves the ticket to people where the team is retired without a successor, and says so', () => {
    const decision = decisionOf(predictionOf([{ label: 'fax', probability: 0.9 }]));
    expect(decision.outcome).toEqual({ kind: 'abstained', reason: 'retired-label' });
    expect(decision.because).toBe('The model is surest of a label that is retired and has no successor; a person decides.');
    expect(decision.heads).toEqual({});
  });

  test('says nothing of another head whose label is retired, and goes on', () => {
    const prediction = predictionOf([{ label: 'billing', probability: 0.9 }]);
    const decision = decisionOf({
      ...prediction,
      heads: { ...prediction.heads, priority: { label: 'urgent', probability: 0.8, alternatives: [], known: true } },
    });
    expect(decision.outcome).toMatchObject({ kind: 'routed', team: 'billing' });
    expect(Object.keys(decision.heads)).toEqual(['team']);
  });

  test('is as before where no label of it has changed', () => {
    const prediction = predictionOf([
      { label: 'billing', probability: 0.9 },
      { label: 'shipping', probability: 0.06 },
    ]);
    const decision = decisionOf(prediction);
    const { known, ...said } = prediction.heads['team']!;
    expect(decision.heads['team']).toEqual({ ...said, accepted: known });
    expect(decision.rules).toEqual(['known', 'threshold']);
  });

  test('never names a former or retired label, whatever the model says', () => {
    const label = fc.constantFrom('billing', 'repairs', 'walk-in', 'fax', 'Fax', 'workshop', 'REPAIRS');
    const said = fc.uniqueArray(label, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(said, fc.array(label, { maxLength: 3 }), fc.boolean(), (labels, past, known) => {
        const share = 1 / labels.length;
        const prediction = predictionOf(labels.map((one) => ({ label: one, probability: share })) as [Said, ...Said[]]);
        const similar = past.map((team) => ({ ticketId: 'old', similarity: 0.5, labels: { team } }));
        const heads = { team: { ...prediction.heads['team']!, known } };
        const decision = decisionOf({ ...prediction, heads, similar, explanation: {} });
        expect(JSON.stringify(decision)).not.toMatch(/"(repairs|walk-in|fax)"|repairs with|walk-in|Most likely fax/i);
        for (const head of Object.values(decision.heads)) {
          expect(head.probability).toBeLessThanOrEqual(1);
          for (const other of head.alternatives) expect(other.probability).toBeLessThanOrEqual(head.probability);
        }
      }),
    );
  });
});

describe('retraining', () => {
  test('learns by labels of today, with spellings of one label as one', async () => {
    const snapshots = snapshotsInMemory();
    const lines = [
      ...history(50),
      ...['repairs', 'Walk-In', 'workshop', 'WORKSHOP', 'fax', 'billing', 'Billing '].map((team, index) =>
        learnedLine({ id: `l-${index}`, ticketId: `x-${index}`, time: minutesLater(index + 1), labels: { team } }),
      ),
    ];
    await takeSnapshot({
      eventLog: eventLogInMemory(lines),
      snapshots,
      openShelf: shelfInMemory,
      windowDays: 30,
      labels: declared,
      encoder: anEncoder,
      encodedHistory: () => Promise.resolve(undefined),
    })({
      version: 1,
      startedAt: NOW,
    });
    const examples = [...snapshots.files.values()].flat().map((line) => trainingExampleSchema.parse(JSON.parse(line)));
    const teamOf = Object.fromEntries(
      examples.filter(({ ticketId }) => ticketId.startsWith('x-')).map(({ ticketId, labels }) => [ticketId, labels['team']]),
    );
    expect(teamOf).toEqual({
      'x-0': 'workshop',
      'x-1': 'workshop',
      'x-2': 'workshop',
      'x-3': 'workshop',
      'x-5': 'billing',
      'x-6': 'billing',
    });
  });

  test('a champion is not wrong for calling a label by its former name', async () => {
    const snapshots = snapshotsInMemory();
    await snapshots.write('', [{ name: 'k', lines: [exampleLine(anExample({ team: 'workshop' }))] }]);
    const scorer = scorerInMemory((version, { id }) => aPrediction(id, version === 1 ? 'repairs' : 'workshop'));
    const evaluate = evaluateBatch({ snapshots, scorer, labels: declared });
    const input = { batch: { key: 'k', from: 0, to: 1 }, version: 2, champion: 1 };
    expect(await evaluate(input, AbortSignal.timeout(1000))).toMatchObject({ bothRight: 1 });
  });

  test('a shadow agrees with decisions that were made under a former name', () => {
    const before = decide(
      ticket(1),
      {
        kind: 'scored',
        model: { name: 'routing', version: '1' },
        prediction: predictionOf([{ label: 'repairs', probability: 0.9 }]),
      },
      DEFAULT_POLICY,
      circumstances,
    );
    const seen = judgeShadow(
      2,
      [aRoutedTicket(before)],
      new Map([['T-1', predictionOf([{ label: 'workshop', probability: 0.9 }])]]),
      declared,
    );
    expect(seen.agreement).toBe(1);
  });
});
