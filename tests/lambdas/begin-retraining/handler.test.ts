import { expect, test } from 'vitest';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const load = () => import('../../../lambdas/begin-retraining/handler.ts');

test('the first retraining gets version 1 and nobody to challenge; a second one meanwhile is refused by name', async () => {
  const { invoke, output } = await loadFunction(await startRetrainingCloud(), load);
  expect(await invoke({ executionId: 'arn:a', trigger: 'schedule', more: 'is ignored' })).toEqual({
    version: 1,
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    champion: null,
  });
  await expect(invoke({ executionId: 'arn:b', trigger: 'drift' })).rejects.toMatchObject({ name: 'RetrainingAlreadyRunning' });
  expect(await invoke({ executionId: 'arn:a' })).toMatchObject({ version: 1 });
  expect(output()).toContain('RetrainingsBegun');
});

test('an input without an execution is refused', async () => {
  const { invoke } = await loadFunction(await startRetrainingCloud(), load);
  await expect(invoke({ trigger: 'schedule' })).rejects.toThrow('executionId');
});
