import { expect, test } from 'vitest';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const start = async () => loadFunction(await startRetrainingCloud(), () => import('../../../lambdas/move-pointer/handler.ts'));

test('promotion, canary, promotion and rollback leave one pointer with one history', async () => {
  const { invoke } = await start();
  expect(await invoke({ action: 'promote', version: 1 })).toEqual({ revision: 1, champion: 1, previous: null, challenger: null });
  expect(await invoke({ action: 'canary', version: 2, share: 0.1 })).toMatchObject({ challenger: { version: 2, share: 0.1 } });
  expect(await invoke({ action: 'canary', version: 2, share: 0.1 })).toMatchObject({ revision: 2 });
  expect(await invoke({ action: 'promote', version: 2 })).toEqual({ revision: 3, champion: 2, previous: 1, challenger: null });
  expect(await invoke({ action: 'rollback' })).toEqual({ revision: 4, champion: 1, previous: 2, challenger: null });
});

test('a move that makes no sense is an error with a sentence', async () => {
  const { invoke } = await start();
  await expect(invoke({ action: 'canary', version: 2, share: 0.1 })).rejects.toMatchObject({
    name: 'PointerNotMoved',
    message: 'There is no champion that version 2 could challenge: promote it.',
  });
});
