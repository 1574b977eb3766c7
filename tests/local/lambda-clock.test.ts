import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud, LocalCloudOptions } from '../../local/cloud.ts';
import { removeFolders } from './support/function-folder.ts';
import { functionResources, writtenAssembly } from './support/written-assembly.ts';

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const timePiece = `
  const atLoad = Date.now();
  export const handler = async (event, context) => ({
    atLoad,
    now: Date.now(),
    made: new Date().getTime(),
    said: Date.parse(Date()),
    bySubclass: new (class extends Date {})().getTime(),
    given: new Date(5).getTime(),
    isDate: new Date() instanceof Date && new Date().constructor === Date,
    leftMs: context.getRemainingTimeInMillis(),
  });`;

const start = async (options: Partial<LocalCloudOptions> = {}) => {
  const assembly = writtenAssembly({
    code: { time: { 'index.mjs': timePiece } },
    resources: functionResources('Time', 'time'),
    outputs: { Name: { Value: { Ref: 'Time' } } },
  });
  const cloud = await startLocalCloud({ assembly, port: 0, ...options });
  open.push(cloud);
  const read = async (): Promise<Record<string, number>> => {
    const reply = await cloud.call('lambda', 'Invoke', { FunctionName: cloud.outputs['app']?.['Name'] });
    return JSON.parse(String(reply['Payload'])) as Record<string, number>;
  };
  return { cloud, read };
};

describe('time inside a function', () => {
  test('jumps with the cloud’s clock, in environments cold and warm', async () => {
    const { cloud, read } = await start();
    const earliest = cloud.clock.now();
    const before = await read();
    expect(before['now']).toBeGreaterThanOrEqual(earliest);
    expect(before['now']).toBeLessThanOrEqual(cloud.clock.now());
    await cloud.clock.advance(86_400_000);
    const jumped = cloud.clock.now();
    const after = await read();
    expect(after['atLoad']).toBe(before['atLoad']);
    for (const time of ['now', 'made', 'bySubclass']) {
      expect(after[time]).toBeGreaterThanOrEqual(jumped);
      expect(after[time]).toBeLessThanOrEqual(cloud.clock.now());
    }
  });

  test('stands still with a clock that is stepped', async () => {
    const { cloud, read } = await start({ clock: startSteppedClock(1_000_000) });
    expect(await read()).toMatchObject({ atLoad: 1_000_000, now: 1_000_000, made: 1_000_000, said: 1_000_000 });
    await cloud.clock.advance(500);
    expect(await read()).toMatchObject({ atLoad: 1_000_000, now: 1_000_500, made: 1_000_500, bySubclass: 1_000_500 });
  });

  test('leaves dates that are given alone, and every date a Date', async () => {
    const { read } = await start();
    expect(await read()).toMatchObject({ given: 5, isDate: true });
  });

  test('gives an invocation its whole timeout after a jump', async () => {
    const { cloud, read } = await start();
    await cloud.clock.advance(86_400_000);
    const { leftMs } = await read();
    expect(leftMs).toBeGreaterThan(5_000);
    expect(leftMs).toBeLessThanOrEqual(10_000);
  });
});
