import { expect, test } from 'vitest';
import { anEvaluation } from '../../support/retraining-builders.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const start = async () => loadFunction(await startRetrainingCloud(), () => import('../../../lambdas/gate-challenger/handler.ts'));
const counts = { train: 70, validation: 15, test: 15 };

test('the evaluations of all batches lead to one verdict', async () => {
  const { invoke, output } = await start();
  const evaluations = [
    anEvaluation({ bothRight: 40, onlyChallengerRight: 6 }),
    anEvaluation({ bothRight: 40, onlyChallengerRight: 4 }),
  ];
  expect(await invoke({ version: 12, champion: 11, evaluations, counts })).toMatchObject({
    verdict: 'prove',
    n: 90,
    accuracy: { challenger: 1 },
  });
  expect(output()).toContain('ChallengerAccuracy');
});

test('an evaluation that is none is refused', async () => {
  const { invoke } = await start();
  await expect(invoke({ version: 12, champion: 11, evaluations: [{ n: -1 }], counts })).rejects.toThrow('evaluations');
});
