import { describe, expect, test } from 'vitest';
import { attentionOf } from '../../../cli/status/attention.ts';
import { statusText } from '../../../cli/status/print-status.ts';
import { COUNTED } from '../../../cli/status/stage-status.ts';
import type { StageStatus } from '../../../cli/status/stage-status.ts';

const IN_SERVICE = { routing: 'InService', clustering: 'InService' };
const EMPTY = { waiting: 0, inFlight: 0, delayed: 0 };

/** A stage where all is well, but for what a test says. */
const status = (own: Partial<StageStatus> = {}): StageStatus => ({
  stage: 'dev',
  pointer: { revision: 3, champion: 2, previous: 1, challenger: null },
  champion: { version: 2, record: null, endpoints: IN_SERVICE },
  automationPause: null,
  retrainingPause: null,
  retraining: { running: null, announced: null, last: null, locked: false },
  queues: [
    { queue: 'tickets', ...EMPTY, waiting: 12 },
    { queue: 'rescore', ...EMPTY },
  ],
  deadLetters: [
    { of: 'tickets', messages: 0 },
    { of: 'undelivered', messages: 0 },
  ],
  quarantined: 0,
  ...own,
});

const pause = { by: 'Ada', reason: 'a test', since: '2026-11-22T09:00:00.000Z' };
const execution = { arn: 'arn:x', name: 'x', startedAt: '2026-11-22T09:00:00.000Z', version: 3 };
const failed = { ...execution, endedAt: '2026-11-22T10:00:00.000Z', outcome: undefined, status: 'FAILED', reason: 'no data' };
const running = { ...execution, endedAt: undefined, outcome: undefined, status: 'RUNNING', reason: undefined };
const challenged = { revision: 4, champion: 2, previous: 1, challenger: { version: 3, share: 0.1 } };

describe('what needs attention', () => {
  test('is nothing where all is well, tickets on their way included', () => {
    expect(attentionOf(status())).toEqual([]);
    expect(statusText(status(), [])).toContain('\nNothing needs attention.');
  });

  test.for<[string, Partial<StageStatus>, RegExp]>([
    ['no model', { champion: null }, /^No model is live/],
    [
      'an endpoint that does not serve',
      { champion: { version: 2, record: null, endpoints: { routing: 'Failed', clustering: 'InService' } } },
      /^The routing endpoint of the champion, version 2, is Failed/,
    ],
    ['paused automation', { automationPause: pause }, /^Automation is paused by Ada since 2026-11-22 09:00 UTC: a test\. /],
    ['paused retraining', { retrainingPause: pause }, /^Retraining is paused by Ada .* until `resume retraining`\.$/],
    [
      'a failed retraining',
      { retraining: { running: null, announced: null, last: failed, locked: false } },
      /ended as FAILED: no data\. What served/,
    ],
    ['a canary that nobody ends', { pointer: challenged }, /^Version 3 still decides 10 % of the tickets/],
    [
      'a lock without a holder',
      { retraining: { running: null, announced: null, last: null, locked: true } },
      /one holds the lock/,
    ],
    ['tickets without the model', { queues: [{ queue: 'rescore', ...EMPTY, delayed: 1 }] }, /^1 ticket waits for a second look/],
    [
      'dead letters',
      { deadLetters: [{ of: 'topics', messages: 2 }] },
      /^2 dead letters of topics: .*`dead-letters redrive topics`/,
    ],
    ['quarantined messages', { quarantined: 1 }, /^1 message is in quarantine: `quarantine list`/],
  ])('is %s', ([, own, said]) => {
    const attention = attentionOf(status(own));
    expect(attention).toEqual([expect.stringMatching(said)]);
    expect(statusText(status(own), attention)).toContain(`Needs attention:\n- ${attention[0]}`);
  });

  test('is no canary and no lock of a retraining that runs', () => {
    expect(
      attentionOf(status({ pointer: challenged, retraining: { running, announced: null, last: null, locked: true } })),
    ).toEqual([]);
  });

  test('of a retraining says what it will take as soon as it is known', () => {
    const announced = { encoding: '70 tickets have to be encoded with use-lite.', leftOut: 'Left out: 3 outcomes.' };
    const text = statusText(status({ retraining: { running, announced, last: null, locked: true } }), []);
    expect(text).toMatch(
      /^retraining +running since .*\n +70 tickets have to be encoded with use-lite\.\n +Left out: 3 outcomes\.$/m,
    );
  });

  test('says where counting ended', () => {
    expect(statusText(status({ quarantined: COUNTED }), [])).toMatch(/^quarantine +10,000 messages or more$/m);
  });
});
