import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movePointer, writePointer } from '../../../core/retrain/move-pointer.ts';
import { challenge, promote, rollBack, withdraw } from '../../../core/retrain/pointer-moves.ts';
import type { PointerMove } from '../../../core/retrain/pointer-moves.ts';
import { EMPTY_POINTER, pointerSchema } from '../../../core/retrain/pointer.ts';
import type { Pointer } from '../../../core/retrain/pointer.ts';
import { pointersInMemory } from '../../support/retraining-fakes.ts';

const pointer = (fields: Partial<Pointer>): Pointer => ({ ...EMPTY_POINTER, revision: 7, ...fields });

const versions = fc.integer({ min: 1, max: 6 });
const moves: fc.Arbitrary<(pointer: Pointer) => PointerMove> = fc.oneof(
  versions.map((version) => (from: Pointer) => promote(from, version)),
  fc.tuple(versions, fc.constantFrom(0, 0.1, 0.5)).map(
    ([version, share]) =>
      (from: Pointer) =>
        challenge(from, version, share),
  ),
  versions.map((version) => (from: Pointer) => withdraw(from, version)),
  fc.constant(rollBack),
);

describe('moves of the pointer', () => {
  test('the first promotion has no champion before it', () => {
    expect(promote(EMPTY_POINTER, 1)).toEqual({
      kind: 'moved',
      pointer: { revision: 1, champion: 1, previous: null, challenger: null },
    });
  });

  test('a promotion keeps the champion before it, and ends the challenge', () => {
    const before = pointer({ champion: 11, previous: 10, challenger: { version: 12, share: 0.1 } });
    expect(promote(before, 12)).toEqual({
      kind: 'moved',
      pointer: { revision: 8, champion: 12, previous: 11, challenger: null },
    });
  });

  test('a version that a person has rolled back is not promoted again by a late retry', () => {
    const rolledBack = pointer({ champion: 11, previous: 12 });
    expect(promote(rolledBack, 12)).toMatchObject({ kind: 'refused' });
  });

  test('a retraining that lost its lock cannot push a newer challenger aside', () => {
    const newer = pointer({ champion: 10, challenger: { version: 13, share: 0.1 } });
    expect(challenge(newer, 12, 0.1)).toMatchObject({ kind: 'refused' });
    expect(promote(newer, 12)).toMatchObject({ kind: 'refused' });
  });

  test('without a champion there is nothing to challenge', () => {
    expect(challenge(EMPTY_POINTER, 1, 0.1)).toMatchObject({ kind: 'refused' });
  });

  test('withdrawing takes that version or an older one out, and no newer one', () => {
    const live = pointer({ champion: 11, challenger: { version: 13, share: 0.1 } });
    expect(withdraw(live, 12)).toEqual({ kind: 'unchanged', pointer: live });
    expect(withdraw(live, 13)).toMatchObject({ pointer: { champion: 11, challenger: null } });
    expect(withdraw(live, 14)).toMatchObject({ pointer: { champion: 11, challenger: null } });
  });

  test('a challenger whose tickets a person took away is not promoted behind their back', () => {
    expect(promote(pointer({ champion: 11, previous: 12 }), 13)).toMatchObject({ kind: 'refused' });
    expect(promote(pointer({ champion: 11, challenger: { version: 12, share: 0.1 } }), 13)).toMatchObject({ kind: 'refused' });
  });

  test('rolling back twice is as good as not at all, but for the revision', () => {
    const once = rollBack(pointer({ champion: 12, previous: 11 }));
    expect(once).toMatchObject({ pointer: { champion: 11, previous: 12, revision: 8 } });
    expect(rollBack(pointer({ champion: 11, previous: 12 }))).toMatchObject({ pointer: { champion: 12, previous: 11 } });
  });

  test('whatever is done in whatever order, the pointer stays sound', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 30 }), (sequence) => {
        let current = EMPTY_POINTER;
        for (const move of sequence) {
          const made = move(current);
          const next = made.kind === 'refused' ? current : pointerSchema.parse(made.pointer);
          expect(next.revision).toBe(current.revision + Number(made.kind === 'moved'));
          expect(next.champion === null && current.champion !== null).toBe(false);
          expect(next.champion !== null && next.champion === next.previous).toBe(false);
          expect(next.challenger?.version ?? Infinity).toBeGreaterThan(Math.max(next.champion ?? 0, next.previous ?? 0));
          current = next;
        }
      }),
    );
  });

  test('a move that is made again right after changes nothing', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 10 }), moves, (sequence, last) => {
        const after = (from: Pointer, move: (pointer: Pointer) => PointerMove): Pointer => {
          const made = move(from);
          return made.kind === 'refused' ? from : made.pointer;
        };
        fc.pre(last !== rollBack);
        const once = after(sequence.reduce(after, EMPTY_POINTER), last);
        expect(after(once, last)).toEqual(once);
      }),
    );
  });
});

describe('writing the pointer', () => {
  test('a write that lost to another one is planned anew on what the other wrote', async () => {
    let others = 0;
    const before = { champion: 11, previous: 10, challenger: { version: 14, share: 0 }, revision: 4 };
    const pointers = pointersInMemory(before, async (them) => {
      others += 1;
      if (others > 2) return;
      await writePointer(them, (from) => challenge(from, 14, others / 10));
    });

    const pointer = await movePointer({ pointers })({ action: 'promote', version: 14 });

    expect(pointer).toEqual({ revision: 7, champion: 14, previous: 11, challenger: null });
    expect(pointers.current()).toEqual(pointer);
  });

  test('losing again and again is an error that may be retried', async () => {
    const pointers = {
      ...pointersInMemory({ champion: 11, challenger: { version: 12, share: 0.1 } }),
      write: () => Promise.resolve('lost' as const),
    };
    await expect(movePointer({ pointers })({ action: 'promote', version: 12 })).rejects.toMatchObject({
      name: 'PointerNotMoved',
      retryable: true,
    });
  });

  test('a move that makes no sense is an error for a person, and nothing is written', async () => {
    const pointers = pointersInMemory();
    await expect(movePointer({ pointers })({ action: 'rollback' })).rejects.toMatchObject({
      name: 'PointerNotMoved',
      retryable: false,
      message: 'There is no previous champion to roll back to.',
    });
    expect(pointers.current()).toEqual(EMPTY_POINTER);
  });
});
