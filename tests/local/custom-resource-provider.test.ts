import { afterEach, expect, test } from 'vitest';
import { startSteppedClock, startWallClock } from '../../local/clock.ts';
import type { Clock } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { synthesizeBakery } from './support/bakery-app.ts';
import { folderOf, removeFolders } from './support/function-folder.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-03-02T05:00:00Z');
/** Of wall time, in which nothing of minutes could be waited for. */
const PATIENCE_MS = 40_000;

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const startBakery = async (minutes: number, clock: Clock): Promise<LocalCloud> => {
  const cloud = await startLocalCloud({ assembly: synthesizeBakery(folderOf({}), minutes), port: 0, clock });
  open.push(cloud);
  return cloud;
};

test.each([
  ['stands still', startSteppedClock(START_MS)],
  ['runs at wall speed', startWallClock()],
])(
  'a resource of the CDK’s Provider that takes ten minutes is waited for, where the clock %s',
  async (_, clock) => {
    const startedAt = clock.now();
    const cloud = await startBakery(10, clock);
    const tookMinutes = (clock.now() - startedAt) / MINUTE_MS;
    expect(tookMinutes).toBeGreaterThanOrEqual(10);
    expect(tookMinutes).toBeLessThan(12);
    expect(cloud.outputs['bakery']).toEqual({ Oven: expect.stringMatching(/^oven-\d+$/) as string, Wood: 'beech', Hot: 'yes' });
    expect(cloud.iam.refusals()).toEqual([]);
    await cloud.redeploy();
    await cloud.destroy();
    // Created, updated and deleted.
    const [, events] = Object.entries(cloud.engines.lambda.invocationCounts()).find(([name]) => name.startsWith('Light')) ?? [];
    expect(events).toBe(3);
  },
  PATIENCE_MS,
);

test(
  'a resource of the CDK’s Provider that takes too long fails the deployment with the Provider’s reason',
  async () => {
    const clock = startSteppedClock(START_MS);
    await expect(startBakery(60, clock)).rejects.toThrow('Operation timed out');
    expect((clock.now() - START_MS) / MINUTE_MS).toBeGreaterThanOrEqual(29);
  },
  PATIENCE_MS,
);
