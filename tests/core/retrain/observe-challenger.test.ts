import { describe, expect, test } from 'vitest';
import type { Decision, EventLogLine } from '../../../core/contracts/bus-event.ts';
import { chooseVersion } from '../../../core/route/choose-version.ts';
import { NO_LABEL_CHANGES } from '../../../core/labels/label-map.ts';
import { MAX_SHADOW_TICKETS, observeChallenger } from '../../../core/retrain/observe-challenger.ts';
import type { ObserveInput } from '../../../core/retrain/steps.ts';
import {
  aDecision,
  aDegradedDecision,
  aFailedPrediction,
  aLogLine,
  aPrediction,
  aRoutedTicket,
  learnedLine,
  minutesLater,
  NOW,
  routedLine,
} from '../../support/retraining-builders.ts';
import { eventLogInMemory, scorerInMemory } from '../../support/retraining-fakes.ts';

const observe = async (
  lines: readonly (EventLogLine | string)[],
  input: Partial<ObserveInput>,
  say: Parameters<typeof scorerInMemory>[0] = (_, { id }) => aPrediction(id, 'billing'),
) => {
  const scorer = scorerInMemory(say);
  const deps = {
    eventLog: eventLogInMemory(lines),
    scorer,
    clock: { now: () => Date.parse(minutesLater(120)) },
    labels: NO_LABEL_CHANGES,
  };
  const full: ObserveInput = { stage: 'shadow', version: 12, champion: 11, since: NOW, ...input };
  return { observation: await observeChallenger(deps)(full, AbortSignal.timeout(1000)), asked: scorer.asked };
};

const decisions = (count: number, make: (index: number) => Partial<Decision> = () => ({})): readonly EventLogLine[] =>
  Array.from({ length: count }, (_, index) =>
    routedLine(aDecision({ ticketId: `t-${index}`, id: `t-${index}#first`, ...make(index) }), {
      id: `e-${index}`,
      time: minutesLater(1),
    }),
  );

describe('the shadow', () => {
  test('scores the latest tickets with the challenger and tells how often it agrees', async () => {
    const lines = decisions(MAX_SHADOW_TICKETS + 50);
    const { observation, asked } = await observe(lines, {}, (_, { id }) =>
      aPrediction(id, Number(id.slice(2)) % 4 === 0 ? 'access' : 'billing'),
    );
    expect(observation).toMatchObject({ healthy: true, n: 300, failed: 0, agreement: 0.75 });
    expect([...asked.keys()]).toEqual([12]);
    expect(asked.get(12)?.[0]).toBe('Invoice\nIt is wrong, says t-349');
    expect(asked.get(12)).toHaveLength(300);
  });

  test('asks about a ticket once, as it was decided last, and not about one without words', async () => {
    const lines = [
      ...decisions(1, () => ({ heads: {} })),
      routedLine(aDecision({ ticketId: 't-0', id: 't-0#rescored', attempt: 'rescored' }), { id: 'again', time: minutesLater(2) }),
      aLogLine({
        id: 'silent',
        type: 'ticket.routed',
        detail: { ...aRoutedTicket(aDecision({ ticketId: 's' }), { text: { subject: '', body: '…' } }) },
      }),
      learnedLine({ ticketId: 'l' }),
      'not a line',
      aLogLine({ id: 'broken', type: 'ticket.routed', detail: { ticketId: 'b' } }),
    ];
    const { observation, asked } = await observe(lines, {});
    expect(observation).toMatchObject({ n: 1, agreement: 1 });
    expect(asked.get(12)).toHaveLength(1);
  });

  test('is unhealthy where the challenger has no answer for more than one ticket in twenty', async () => {
    const failing =
      (share: number) =>
      (_: number, { id }: { readonly id: string }) =>
        Number(id.slice(2)) < share ? aFailedPrediction(id) : aPrediction(id, 'billing');
    expect((await observe(decisions(100), {}, failing(5))).observation).toMatchObject({ healthy: true, failed: 5 });
    const { observation } = await observe(decisions(100), {}, failing(6));
    expect(observation).toMatchObject({
      healthy: false,
      failed: 6,
      reason: 'Version 12 could not score 6 of the latest 100 tickets.',
    });
  });

  test('is unhealthy where the challenger contradicts the champion every second time', async () => {
    const { observation } = await observe(decisions(40), {}, (_, { id }) =>
      aPrediction(id, Number(id.slice(2)) < 19 ? 'billing' : 'access'),
    );
    expect(observation).toMatchObject({ healthy: false, agreement: 0.475 });
  });

  test('with a handful of tickets, disagreement is no evidence', async () => {
    const { observation } = await observe(decisions(5), {}, (_, { id }) => aPrediction(id, 'access'));
    expect(observation).toMatchObject({ healthy: true, agreement: 0 });
  });

  test('without tickets nothing speaks against the challenger, and it is not asked', async () => {
    const { observation, asked } = await observe([], {});
    expect(observation).toMatchObject({ healthy: true, n: 0, agreement: null });
    expect(asked.size).toBe(0);
  });
});

describe('the canary', () => {
  const byChallenger = { model: { name: 'routing', version: '12' }, decidedAtMs: Date.parse(minutesLater(1)) };
  const share = 0.5;
  const pointer = { revision: 3, champion: 11, previous: null, challenger: { version: 12, share } };
  const idsOf = (version: number, count: number): readonly string[] =>
    Array.from({ length: 200 }, (_, index) => `c-${index}`)
      .filter((id) => chooseVersion(pointer, id)?.version === version)
      .slice(0, count);
  const degraded = (ids: readonly string[]): readonly EventLogLine[] =>
    ids.map((ticketId) =>
      routedLine(aDegradedDecision({ ticketId, id: `${ticketId}#first`, decidedAtMs: byChallenger.decidedAtMs }), {
        id: `degraded-${ticketId}`,
        time: minutesLater(1),
      }),
    );

  test('counts the decisions of the challenger since it began, and no model is called', async () => {
    const lines = [
      ...decisions(20, () => byChallenger),
      ...decisions(10, (index) => ({ id: `champion-${index}`, model: { name: 'routing', version: '11' } })),
      routedLine(aDecision({ id: 'before', ...byChallenger, decidedAtMs: Date.parse(NOW) - 1 }), {
        id: 'x',
        time: minutesLater(1),
      }),
    ];
    const { observation, asked } = await observe(lines, { stage: 'canary' });
    expect(observation).toMatchObject({ healthy: true, n: 20, failed: 0, agreement: null });
    expect(asked.size).toBe(0);
  });

  test('a decision that the log holds twice counts once', async () => {
    const lines = decisions(20, () => byChallenger);
    const again = lines.map((line) => ({ ...line, id: `again-${line.id}` }));
    expect((await observe([...lines, ...again], { stage: 'canary' })).observation.n).toBe(20);
  });

  test('is unhealthy where tickets given to the challenger were decided without it', async () => {
    const lines = [...decisions(20, () => byChallenger), ...degraded(idsOf(12, 3))];
    const { observation } = await observe(lines, { stage: 'canary', share });
    expect(observation).toMatchObject({ healthy: false, n: 23, failed: 3 });
    expect(observation.reason).toBe('Version 12 was given 23 tickets in its canary and had no answer for 3: too many.');
  });

  test('what the champion failed to answer is not held against the challenger', async () => {
    const lines = [...decisions(20, () => byChallenger), ...degraded(idsOf(11, 30))];
    expect((await observe(lines, { stage: 'canary', share })).observation).toMatchObject({ healthy: true, n: 20, failed: 0 });
  });

  test('where the share is not known, every decision without a model counts against it', async () => {
    const lines = [...decisions(20, () => byChallenger), ...degraded(idsOf(11, 30))];
    expect((await observe(lines, { stage: 'canary' })).observation).toMatchObject({ healthy: false, failed: 30 });
  });

  test('tickets that the challenger could not score count as failed', async () => {
    const lines = decisions(10, (index) =>
      index < 2 ? { ...byChallenger, outcome: { kind: 'abstained', reason: 'not-scored' }, heads: {} } : byChallenger,
    );
    expect((await observe(lines, { stage: 'canary' })).observation).toMatchObject({ healthy: false, n: 10, failed: 2 });
  });

  test('one accident among a few tickets does not end it; a single ticket that failed does', async () => {
    const few = [...decisions(5, () => byChallenger), ...degraded(idsOf(12, 1))];
    expect((await observe(few, { stage: 'canary', share })).observation).toMatchObject({ healthy: true, failed: 1 });
    expect((await observe(degraded(idsOf(12, 1)), { stage: 'canary', share })).observation).toMatchObject({
      healthy: false,
      n: 1,
    });
  });

  test('without tickets nothing speaks against the challenger', async () => {
    expect((await observe([], { stage: 'canary' })).observation).toMatchObject({ healthy: true, n: 0 });
  });

  test('reads back only as far as the canary began', async () => {
    const before = decisions(500, (index) => ({ ...byChallenger, id: `old-${index}` })).map((line) => ({
      ...line,
      time: minutesLater(-60),
    }));
    const canaryBegan = minutesLater(0);
    let read = 0;
    const log = eventLogInMemory([...before, ...decisions(10, () => byChallenger)]);
    const counting = {
      ...log,
      async *newestFirst(days: { readonly from: string; readonly to: string }) {
        for await (const entry of log.newestFirst(days)) {
          read += 1;
          yield entry;
        }
      },
    };
    const deps = {
      eventLog: counting,
      scorer: scorerInMemory((_, { id }) => aPrediction(id, 'a')),
      clock: { now: () => Date.parse(NOW) },
      labels: NO_LABEL_CHANGES,
    };
    const input = { stage: 'canary', version: 12, champion: 11, since: canaryBegan } as const;
    expect((await observeChallenger(deps)(input, AbortSignal.timeout(1000))).n).toBe(10);
    expect(read).toBe(11);
  });
});
