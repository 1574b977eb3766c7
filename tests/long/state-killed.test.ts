import { expect, test } from 'vitest';
import { killAndCheck } from '../local/support/killed-cloud.ts';

test.for([11, 12, 13])(
  'a cloud that is killed again and again loses nothing and doubles nothing (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    expect(await killAndCheck(12, seed)).toBeGreaterThan(20);
  },
);
