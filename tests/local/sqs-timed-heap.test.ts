import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimedHeap } from '../../local/sqs/timed-heap.ts';

type Step =
  | { readonly kind: 'set'; readonly item: number; readonly at: number }
  | { readonly kind: 'delete'; readonly item: number }
  | { readonly kind: 'pop'; readonly now: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), item: fc.nat(20), at: fc.nat(50) }),
  fc.record({ kind: fc.constant('delete' as const), item: fc.nat(20) }),
  fc.record({ kind: fc.constant('pop' as const), now: fc.nat(50) }),
);

/** The same by brute force, over a map of items to times. */
const applySlowly = (times: Map<number, number>, change: Step): unknown => {
  if (change.kind === 'set') return void times.set(change.item, change.at);
  if (change.kind === 'delete') return times.delete(change.item);
  const earliest = Math.min(...times.values());
  return earliest <= change.now ? earliest : undefined;
};

const apply = (heap: TimedHeap<number>, times: ReadonlyMap<number, number>, change: Step): unknown => {
  if (change.kind === 'set') return heap.set(change.item, change.at);
  if (change.kind === 'delete') return heap.delete(change.item);
  const item = heap.popDue(change.now);
  return item === undefined ? undefined : { item, at: times.get(item) };
};

test('whatever is added, moved and removed, the earliest due item comes first', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new TimedHeap<number>();
      const times = new Map<number, number>();
      for (const change of steps) {
        const result = apply(heap, times, change);
        const expected = applySlowly(times, change);
        // Items of the same time may come in any order: the time says whether it was a right one.
        const popped = typeof result === 'object' ? (result as { readonly item: number; readonly at: number }) : undefined;
        if (popped) times.delete(popped.item);
        expect(popped ? popped.at : result).toBe(expected);
        expect([heap.size, heap.nextAt]).toEqual([times.size, times.size === 0 ? undefined : Math.min(...times.values())]);
      }
    }),
  );
});
