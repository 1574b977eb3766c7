import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../../core/event/ticket.ts';
import { EMPTY_POINTER } from '../../../core/retrain/pointer.ts';
import type { Pointer } from '../../../core/retrain/pointer.ts';
import { chooseVersion } from '../../../core/route/choose-version.ts';
import { createTicketScoring } from '../../../core/route/score-tickets.ts';
import type { RoutingScorer } from '../../../core/route/scorer.ts';
import { scorerInMemory } from '../../support/journey-in-memory.ts';
import { NOW_MS } from '../../support/ticket-events.ts';

const pointer = (fields: Partial<Pointer>): Pointer => ({ ...EMPTY_POINTER, champion: 1, ...fields });
const canary = (share: number): Pointer => pointer({ challenger: { version: 2, share } });
const ticketIds = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `T-${i}`);

const ticket = (ticketId: string): Ticket => ({
  ticketId,
  version: 1,
  time: '2026-11-22T09:00:00.000Z',
  orderKey: '0000000001#2026-11-22T09:00:00.000Z',
  text: { subject: 'Refund', body: 'Where is it?' },
  channel: undefined,
  requester: undefined,
  language: undefined,
  eventKey: { source: 'desk', id: ticketId },
  contentHash: 'hash',
});

describe('the version that scores a ticket', () => {
  test('is none before the first promotion', () => {
    expect(chooseVersion(pointer({ champion: null }), 'T-1')).toBeUndefined();
  });

  test('is the champion while the challenger only shadows', () => {
    const chosen = new Set(ticketIds(50).map((id) => JSON.stringify(chooseVersion(canary(0), id))));
    expect([...chosen]).toEqual([JSON.stringify({ version: 1, propensity: 1 })]);
  });

  test('is the challenger for its share of the tickets, with that share as propensity', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (share) => {
        const chosen = ticketIds(2_000).map((id) => chooseVersion(canary(share), id)!);
        const challenged = chosen.filter(({ version }) => version === 2);
        // Five standard deviations of a share of 2,000 are at most 0.056.
        expect(Math.abs(challenged.length / 2_000 - share)).toBeLessThan(0.056);
        for (const { version, propensity } of chosen) expect(propensity).toBe(version === 2 ? share : 1 - share);
      }),
      { numRuns: 30 },
    );
  });

  test('is the same whenever the ticket comes, and stays the challenger when its share grows', () => {
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.string(), share, share, (id, one, other) => {
        const [smaller, larger] = [Math.min(one, other), Math.max(one, other)];
        expect(chooseVersion(canary(smaller), id)).toEqual(chooseVersion(canary(smaller), id));
        const versions = [smaller, larger].map((part) => chooseVersion(canary(part), id)?.version);
        expect(versions).not.toEqual([2, 1]);
      }),
    );
  });

  test('is chosen anew for the next challenger: other tickets meet it', () => {
    const challenged = (version: number): readonly string[] =>
      ticketIds(500).filter((id) => chooseVersion(pointer({ challenger: { version, share: 0.5 } }), id)?.version === version);
    expect(challenged(2)).not.toEqual(challenged(3));
  });
});

/** Scoring with a clock and deadlines that a test reads. */
const scoringWith = (scorer: RoutingScorer) => {
  const clock = { nowMs: NOW_MS, now: (): number => clock.nowMs };
  const deadlines: number[] = [];
  const abortAfter = (ms: number): AbortSignal => {
    deadlines.push(ms);
    return new AbortController().signal;
  };
  return { clock, deadlines, score: createTicketScoring({ scorer, clock, deadlineMs: 20_000, abortAfter }) };
};

/** Versions that fail are in `down`. */
const modelWith = (down: Set<number>): RoutingScorer => {
  const scorer = scorerInMemory();
  return {
    score: (version, ...rest) => (down.has(version) ? Promise.reject(new Error('down')) : scorer.score(version, ...rest)),
  };
};

describe('a batch', () => {
  test('is scored with one call for each serving version', async () => {
    const scorer = scorerInMemory();
    const ids = ticketIds(40);
    const scored = await scoringWith(scorer).score(ids.map(ticket), canary(0.5));
    expect(scorer.calls).toHaveLength(2);
    expect(new Set(scorer.calls.map(({ version }) => version))).toEqual(new Set([1, 2]));
    expect([...scored.keys()].toSorted()).toEqual([...ids].toSorted());
    for (const [id, { scoring, propensity }] of scored) {
      expect(scoring).toMatchObject({ kind: 'scored', model: { version: String(chooseVersion(canary(0.5), id)?.version) } });
      expect(propensity).toBe(0.5);
    }
  });

  test('is degraded where its version fails, and only there', async () => {
    const ids = ticketIds(40);
    const scored = await scoringWith(modelWith(new Set([2]))).score(ids.map(ticket), canary(0.5));
    for (const [id, { scoring }] of scored) {
      expect(scoring.kind).toBe(chooseVersion(canary(0.5), id)?.version === 2 ? 'degraded' : 'scored');
    }
  });

  test('fails for the one ticket that the model cannot score, or leaves out', async () => {
    const scorer = scorerInMemory();
    const { score } = scoringWith({
      score: async (version, instances, signal) => {
        const { model, predictions } = await scorer.score(version, instances, signal);
        const some = new Map(predictions).set('T-1', { id: 'T-1', error: { code: 'EmptyText', message: 'no words' } });
        some.delete('T-2');
        return { model, predictions: some };
      },
    });
    const scored = await score(ticketIds(3).map(ticket), pointer({}));
    expect(Array.from(scored.values(), ({ scoring }) => scoring.kind)).toEqual(['scored', 'failed', 'degraded']);
  });
});

describe('the deadline of a call', () => {
  const one = [ticket('T-1')];

  test('is the whole one at first', async () => {
    const { score, deadlines } = scoringWith(scorerInMemory());
    await score(one, pointer({}));
    expect(deadlines).toEqual([20_000]);
  });

  test('is short after three failures, whole again after half a minute, and short at once if that fails', async () => {
    const { score, deadlines, clock } = scoringWith(modelWith(new Set([1])));
    for (let i = 0; i < 4; i++) await score(one, pointer({}));
    clock.nowMs += 30_000;
    await score(one, pointer({}));
    await score(one, pointer({}));
    expect(deadlines).toEqual([20_000, 20_000, 20_000, 1_000, 20_000, 1_000]);
  });

  test('is whole again once the endpoint answers', async () => {
    const down = new Set([1]);
    const { score, deadlines } = scoringWith(modelWith(down));
    for (let i = 0; i < 3; i++) await score(one, pointer({}));
    down.delete(1);
    await score(one, pointer({}));
    await score(one, pointer({}));
    expect(deadlines).toEqual([20_000, 20_000, 20_000, 1_000, 20_000]);
  });

  test('of one version does not depend on what became of another', async () => {
    const { score, deadlines } = scoringWith(modelWith(new Set([2])));
    const both = ticketIds(40).map(ticket);
    for (let i = 0; i < 4; i++) await score(both, canary(0.5));
    expect(deadlines.slice(0, 6)).toEqual(Array(6).fill(20_000));
    expect(new Set(deadlines.slice(6))).toEqual(new Set([1_000, 20_000]));
  });
});
