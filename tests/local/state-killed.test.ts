import { expect, test } from 'vitest';
import { killAndCheck } from './support/killed-cloud.ts';

test('a cloud that is killed while it works has kept all that it acknowledged, and goes on with what it had begun', async () => {
  expect(await killAndCheck(1, 1)).toBeGreaterThan(0);
});
