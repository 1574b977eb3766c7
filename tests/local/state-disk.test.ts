import { DatabaseSync } from 'node:sqlite';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { continueClock } from '../../local/state/continued-clock.ts';
import { openState } from '../../local/state/disk-state.ts';
import { acrossRuns, place, stateFolder, stateIn } from './support/state-folder.ts';

describe('a section of the state', () => {
  test('gives back what an earlier run put, in the order in which the keys were first put', async () => {
    const restored = await acrossRuns(
      async (state) => {
        const section = state.section<{ readonly n: number }>('things');
        for (const [key, n] of [
          ['b', 1],
          ['a', 2],
          ['c', 3],
        ] as const)
          section.put(key, { n });
        await state.written();
        section.put('b', { n: 4 });
        section.remove('a');
      },
      (state) => state.section('things').restored(),
    );
    expect(restored).toEqual([
      ['b', { n: 4 }],
      ['c', { n: 3 }],
    ]);
  });

  test('holds bytes as they are, and keys that are no Unicode text', async () => {
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const restored = await acrossRuns(
      (state) => {
        state.bytes('bodies').put('\uD800\0', body);
        state.bytes('bodies').put('\uD801', Buffer.from('other'));
      },
      (state) =>
        state
          .bytes('bodies')
          .restored()
          .map(([key, value]) => [key, [...value]]),
    );
    expect(restored).toEqual([
      ['\uD800\0', [...body]],
      ['\uD801', [...Buffer.from('other')]],
    ]);
  });

  test('keeps a value as it is at the end of the turn in which it was put', async () => {
    const restored = await acrossRuns(
      async (state) => {
        const value = { count: 1 };
        state.section('things').put('it', value);
        value.count = 2;
        await state.written();
        value.count = 3;
      },
      (state) => state.section('things').restored(),
    );
    expect(restored).toEqual([['it', { count: 2 }]]);
  });

  test('what one turn of the event loop puts, its microtasks too, is written by one transaction after it', async () => {
    const folder = stateFolder();
    const state = stateIn(folder);
    state.section('a').put('1', 1);
    const first = state.written();
    await Promise.resolve();
    state.section('b').put('2', 2);
    expect(state.written()).toBe(first);
    await first;
    expect(state.written()).toBeUndefined();
  });

  test('tells that nothing is written any more once it is closed', async () => {
    const state = stateIn(stateFolder());
    const section = state.section<number>('a');
    state.close();
    section.put('1', 1);
    await expect(state.written()).rejects.toThrow('closed');
  });
});

describe('a folder is refused as state', () => {
  const owner = { stacks: ['app'], ...place };
  const open = (folder: string, of = owner): unknown => openState(folder, of, () => undefined);

  test('while another local cloud uses it', () => {
    const folder = stateFolder();
    const first = stateIn(folder);
    expect(() => open(folder)).toThrow(
      `the state in ${folder} is in use by a running local cloud; end that one, or choose another folder`,
    );
    first.close();
    stateIn(folder);
  });

  test('where it belongs to other stacks, another region or another account', () => {
    const folder = stateFolder();
    stateIn(folder).close();
    expect(() => open(folder, { ...owner, stacks: ['shop'] })).toThrow('belongs to the stacks app, not to shop');
    expect(() => open(folder, { ...owner, region: 'us-east-1' })).toThrow('belongs to the region eu-west-1, not to us-east-1');
    expect(() => open(folder, { ...owner, accountId: '1' })).toThrow('belongs to the account 000000000000, not to 1');
  });

  test('where it was written in another format', () => {
    const folder = stateFolder();
    stateIn(folder).close();
    const database = new DatabaseSync(join(folder, 'state.db'));
    database.exec("UPDATE about SET value = '99' WHERE name = 'format'");
    database.close();
    expect(() => open(folder)).toThrow('has format 99, and this version reads format 1');
  });

  test('where it holds other files, or a damaged one', () => {
    const folder = stateFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    expect(() => open(folder)).toThrow('holds other files and no state of a local cloud');
    writeFileSync(join(folder, 'state.db'), 'no database, but long enough to be looked at'.repeat(100));
    expect(() => open(folder)).toThrow('is damaged or no state of a local cloud');
  });
});

describe("the cloud's time", () => {
  test('goes on where the last run left it, and never back', async () => {
    const now = await acrossRuns(
      async (state) => {
        const clock = await continueClock(startSteppedClock(1_000), state, 'stood-still');
        await clock.advance(5_000);
      },
      async (state) => (await continueClock(startSteppedClock(2_000), state, 'stood-still')).now(),
    );
    expect(now).toBe(6_000);
  });

  test('at wall speed, what passed on the wall has passed for the cloud', async () => {
    const before = Date.now();
    const now = await acrossRuns(
      async (state) => void (await continueClock(startSteppedClock(before + 86_400_000), state, 'wall-time-passed')),
      async (state) => (await continueClock(startSteppedClock(before), state, 'wall-time-passed')).now(),
    );
    expect(now).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(now).toBeLessThanOrEqual(before + 86_400_000 + (Date.now() - before));
  });
});
