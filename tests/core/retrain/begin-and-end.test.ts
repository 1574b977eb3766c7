import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginRetraining } from '../../../core/retrain/begin-retraining.ts';
import { endRetraining, removable } from '../../../core/retrain/end-retraining.ts';
import type { Pointer } from '../../../core/retrain/pointer.ts';
import type { Pause } from '../../../core/pause/pauses.ts';
import type { ServingResource } from '../../../core/retrain/serving-resources.ts';
import { NOW } from '../../support/retraining-builders.ts';
import { aResource, lockInMemory, pointersInMemory, servingInMemory, versionsInMemory } from '../../support/retraining-fakes.ts';

const LOCK_SECONDS = 3600;

const setUp = (pointer: Partial<Pointer> = {}, resources: readonly ServingResource[] = [], pause?: Pause) => {
  let paused = pause;
  let nowMs = Date.parse(NOW);
  const clock = { now: () => nowMs };
  const lock = lockInMemory();
  const versions = versionsInMemory(11);
  const pointers = pointersInMemory(pointer);
  const servingResources = servingInMemory(resources);
  const waits: string[] = [];
  const untilPointerIsSeen = async (): Promise<void> => {
    waits.push(servingResources.names().join(' '));
    return Promise.resolve();
  };
  return {
    lock,
    versions,
    pointers,
    servingResources,
    waits,
    pass: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    resume: () => {
      paused = undefined;
    },
    begin: beginRetraining({
      lock,
      versions,
      pointers,
      pauses: { read: async () => Promise.resolve(paused) },
      clock,
      lockSeconds: LOCK_SECONDS,
    }),
    end: endRetraining({ lock, versions, pointers, clock, servingResources, untilPointerIsSeen }),
  };
};

const ending = { version: 12, executionId: 'a', outcome: 'rejected', reason: 'It is no better.' } as const;

describe('the beginning of a retraining', () => {
  test('takes the lock, the next version number, and notes whom it challenges', async () => {
    const { begin, lock, versions } = setUp({ champion: 9 });
    expect(await begin({ executionId: 'a', trigger: 'schedule' })).toEqual({ version: 12, startedAt: NOW, champion: 9 });
    expect(lock.holding()).toMatchObject({ executionId: 'a', expiresAtMs: Date.parse(NOW) + LOCK_SECONDS * 1000 });
    expect(versions.records.get(12)?.opened).toEqual({
      version: 12,
      champion: 9,
      trigger: 'schedule',
      executionId: 'a',
      createdAt: NOW,
    });
  });

  test('while it is paused nothing is taken, and it says who paused it and why', async () => {
    const pause = { by: 'Ada', reason: 'the labels are being renamed.', since: '2026-11-22T08:00:00.000Z' };
    const { begin, resume, lock, versions } = setUp({}, [], pause);
    await expect(begin({ executionId: 'a', trigger: 'schedule' })).rejects.toMatchObject({
      name: 'RetrainingPaused',
      message:
        'Retraining is paused by Ada since 2026-11-22 08:00 UTC: the labels are being renamed. Nothing was trained; start it again after `signalbox resume retraining`.',
      retryable: false,
    });
    expect(lock.holding()).toBeUndefined();
    expect(versions.records.size).toBe(0);
    resume();
    expect(await begin({ executionId: 'b', trigger: 'person' })).toMatchObject({ version: 12 });
  });

  test('the same execution asking again is told the same', async () => {
    const { begin, pass } = setUp();
    const first = await begin({ executionId: 'a', trigger: 'person' });
    pass(10);
    expect(await begin({ executionId: 'a', trigger: 'person' })).toEqual(first);
  });

  test('another execution is refused while one is running, and uses no number up', async () => {
    const { begin, end, pass } = setUp();
    await begin({ executionId: 'a', trigger: 'schedule' });
    pass(LOCK_SECONDS - 1);
    await expect(begin({ executionId: 'b', trigger: 'drift' })).rejects.toMatchObject({
      name: 'RetrainingAlreadyRunning',
      message: expect.stringContaining('Retraining a is still running') as string,
    });
    await end(ending);
    expect(await begin({ executionId: 'b', trigger: 'drift' })).toMatchObject({ version: 13 });
  });

  test('a lock that outlived every retraining is taken over', async () => {
    const { begin, lock, pass } = setUp();
    await begin({ executionId: 'dead', trigger: 'schedule' });
    pass(LOCK_SECONDS);
    expect(await begin({ executionId: 'b', trigger: 'schedule' })).toMatchObject({ version: 13 });
    expect(lock.holding()?.executionId).toBe('b');
  });

  test('of two that begin at the same moment one wins', async () => {
    const { begin } = setUp();
    const results = await Promise.allSettled(['a', 'b'].map((executionId) => begin({ executionId, trigger: 'schedule' })));
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the end of a retraining', () => {
  test('after a rejection everything is as it was before, but for the record', async () => {
    const before = { revision: 5, champion: 11, previous: 10, challenger: { version: 12, share: 0.1 } };
    const { begin, end, pointers, servingResources, lock, versions } = setUp(
      before,
      [10, 11, 12].map((version) => aResource(version)),
    );
    await begin({ executionId: 'a', trigger: 'schedule' });

    expect(await end(ending)).toEqual({ removed: ['signalbox-routing-v12'] });

    expect(pointers.current()).toEqual({ ...before, revision: 6, challenger: null });
    expect(servingResources.names()).toEqual(['signalbox-routing-v10', 'signalbox-routing-v11']);
    expect(lock.holding()).toBeUndefined();
    expect(versions.records.get(12)?.ending).toEqual({ outcome: 'rejected', reason: 'It is no better.', endedAt: NOW });
  });

  test('a challenger that had tickets is deleted only once its tickets go elsewhere', async () => {
    const live = setUp({ champion: 11, challenger: { version: 12, share: 0.1 } }, [aResource(12)]);
    await live.end(ending);
    expect(live.waits).toEqual(['signalbox-routing-v12']);
    const shadow = setUp({ champion: 11 }, [aResource(12)]);
    await shadow.end(ending);
    expect(shadow.waits).toEqual([]);
  });

  test('a canary that a stopped retraining left is ended, once its tickets go elsewhere', async () => {
    const { end, pointers, servingResources, waits } = setUp(
      { champion: 10, challenger: { version: 11, share: 0.1 } },
      [10, 11, 12].map((version) => aResource(version)),
    );
    await end(ending);
    expect(pointers.current()).toMatchObject({ champion: 10, challenger: null });
    expect(servingResources.names()).toEqual(['signalbox-routing-v10']);
    expect(waits).toHaveLength(1);
  });

  test('the challenger of a newer retraining goes on', async () => {
    const before = { champion: 10, challenger: { version: 13, share: 0.1 } };
    const { end, pointers, servingResources } = setUp(
      before,
      [10, 12, 13].map((version) => aResource(version)),
    );
    await end(ending);
    expect(pointers.current()).toMatchObject(before);
    expect(servingResources.names()).toEqual(['signalbox-routing-v10', 'signalbox-routing-v13']);
  });

  test('after a promotion the champion before last goes', async () => {
    const { end, servingResources } = setUp(
      { champion: 12, previous: 11 },
      [9, 11, 12].map((version) => aResource(version)),
    );
    await end({ ...ending, outcome: 'promoted' });
    expect(servingResources.names()).toEqual(['signalbox-routing-v11', 'signalbox-routing-v12']);
  });

  test('a failure after the promotion leaves a promoted version, and says so', async () => {
    const { end, versions, servingResources } = setUp({ champion: 12, previous: 11 }, [aResource(12)]);
    await end({ ...ending, outcome: 'failed' });
    expect(versions.records.get(12)?.ending?.outcome).toBe('promoted');
    expect(servingResources.names()).toEqual(['signalbox-routing-v12']);
  });

  test('an endpoint that is still being made is named in an error to be retried, with the lock free by then', async () => {
    const { begin, end, lock, servingResources } = setUp({ champion: 11 }, [aResource(11), aResource(12, { endpoint: 'busy' })]);
    await begin({ executionId: 'a', trigger: 'schedule' });
    await expect(end(ending)).rejects.toMatchObject({
      name: 'EndpointBusy',
      message: expect.stringContaining('signalbox-routing-v12') as string,
    });
    expect(lock.holding()).toBeUndefined();
    servingResources.settle();
    expect(await end(ending)).toEqual({ removed: ['signalbox-routing-v12'] });
  });

  test('the lock of another execution stays where it is', async () => {
    const { begin, end, lock } = setUp();
    await begin({ executionId: 'b', trigger: 'schedule' });
    await end(ending);
    expect(lock.holding()?.executionId).toBe('b');
  });

  test('the lock is free even where SageMaker does not answer', async () => {
    const { begin, lock, versions, pointers } = setUp();
    await begin({ executionId: 'a', trigger: 'schedule' });
    const silent = { list: () => Promise.reject(new Error('no answer')), remove: () => Promise.reject(new Error('no answer')) };
    const deps = {
      lock,
      versions,
      pointers,
      servingResources: silent,
      clock: { now: () => 0 },
      untilPointerIsSeen: () => Promise.resolve(),
    };
    await expect(endRetraining(deps)(ending)).rejects.toThrow('no answer');
    expect(lock.holding()).toBeUndefined();
  });

  const version = fc.integer({ min: 1, max: 9 });
  const anyPointer: fc.Arbitrary<Pointer> = fc.record({
    revision: fc.nat(),
    champion: fc.option(version),
    previous: fc.option(version),
    challenger: fc.option(fc.record({ version, share: fc.double({ min: 0, max: 1, noNaN: true }) })),
  });
  const anyResources = fc.uniqueArray(
    fc.tuple(fc.constantFrom('routing', 'clustering'), version, fc.constantFrom('none', 'settled', 'busy', 'going')),
    { selector: ([kind, number]) => `${kind}-${number}` },
  );

  test('never deletes what serves: champion, previous, a live challenger, or a newer version in the making', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPointer,
        anyResources,
        version,
        fc.constantFrom('promoted', 'rejected', 'failed'),
        async (pointer, found, ended, outcome) => {
          const resources = found.map(([kind, number, endpoint]) => ({
            name: `signalbox-${kind}-v${number}`,
            version: number,
            endpoint,
          }));
          const { end, servingResources, pointers } = setUp(pointer, resources);

          await end({ ...ending, version: ended, outcome }).catch(() => undefined);

          // A newer challenger is among those that are newer than what ended.
          const serving = resources.filter(
            ({ version }) => version === pointer.champion || version === pointer.previous || version > ended,
          );
          expect(servingResources.names()).toEqual(expect.arrayContaining(serving.map(({ name }) => name)));
          expect(pointers.current()).toMatchObject({ champion: pointer.champion, previous: pointer.previous });
        },
      ),
    );
  });

  test('deletes everything else, so that nothing is paid for that nobody asks', () => {
    fc.assert(
      fc.property(anyPointer, anyResources, (pointer, found) => {
        const resources = found.map(([kind, number]) => aResource(number, { name: `signalbox-${kind}-v${number}` }));
        const gone = removable(pointer, 9, resources);
        const kept = resources.filter((resource) => !gone.includes(resource));
        const named = [pointer.champion, pointer.previous, pointer.challenger?.version];
        expect(kept.every(({ version }) => named.includes(version))).toBe(true);
      }),
    );
  });
});
