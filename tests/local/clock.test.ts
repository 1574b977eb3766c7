import { describe, expect, test } from 'vitest';
import { startSteppedClock, startWallClock } from '../../local/clock.ts';

describe('the clock', () => {
  test('a stepped clock fires timers in the order in which they are due', async () => {
    const clock = startSteppedClock(1_000);
    const fired: [string, number][] = [];
    clock.setTimer(300, () => fired.push(['late', clock.now()]));
    clock.setTimer(100, () => fired.push(['early', clock.now()]));
    await clock.advance(1_000);
    expect(fired).toEqual([
      ['early', 1_100],
      ['late', 1_300],
    ]);
    expect(clock.now()).toBe(2_000);
  });

  test('a timer set by a timer fires within the same step when it is due', async () => {
    const clock = startSteppedClock(0);
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      clock.setTimer(10, again);
    };
    clock.setTimer(10, again);
    await clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
  });

  test('a jump passes over lax timers, and each fires once where the clock stops next', async () => {
    const clock = startSteppedClock(0);
    const fired: [string, number][] = [];
    const poll = (): void => {
      fired.push(['poll', clock.now()]);
      clock.setTimer(20, poll, 'lax');
    };
    clock.setTimer(20, poll, 'lax');
    clock.setTimer(100, () => fired.push(['exact', clock.now()]));
    expect(clock.nextDue()).toBe(100);
    await clock.advance(110);
    expect(fired).toEqual([
      ['poll', 100],
      ['exact', 100],
    ]);
    await clock.advance(10);
    expect(fired.at(-1)).toEqual(['poll', 120]);
    expect(clock.nextDue()).toBeUndefined();
  });

  test('a cancelled timer never fires', async () => {
    const clock = startSteppedClock(0);
    let fired = false;
    clock.setTimer(5, () => (fired = true))();
    await clock.advance(10);
    expect(fired).toBe(false);
  });

  test('sleep ends early when its signal aborts', async () => {
    const clock = startSteppedClock(0);
    const abort = new AbortController();
    const slept = clock.sleep(1_000_000, abort.signal);
    abort.abort();
    await slept;
    expect(clock.now()).toBe(0);
  });

  test('a wall clock jumps over a wait that nobody wants to sit out', async () => {
    const clock = startWallClock();
    const before = Date.now();
    const slept = clock.sleep(3_600_000);
    await clock.advance(3_600_000);
    await slept;
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  });
});
