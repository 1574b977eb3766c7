import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3EventLogWriter } from '../../../adapters/s3/event-log.ts';
import { aDecision, aPrediction, routedLine } from '../../support/retraining-builders.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const start = async () => {
  const sagemaker = serviceOf('sagemaker', {
    InvokeEndpoint: () => ({
      Body: Buffer.from(
        JSON.stringify({ model: { name: 'routing', version: '12' }, predictions: [aPrediction('t-1', 'billing')] }),
      ),
    }),
  });
  const cloud = await startRetrainingCloud([sagemaker]);
  const now = new Date().toISOString();
  const decision = aDecision({ decidedAtMs: Date.parse(now), model: { name: 'routing', version: '12' } });
  const log = s3EventLogWriter({ client: new S3Client(cloud.config), bucket: DATA_BUCKET });
  await log.append([routedLine(decision, { id: 'e-1', time: now })]);
  const step = await loadFunction(cloud, () => import('../../../lambdas/observe-challenger/handler.ts'));
  return { sagemaker, step, input: { version: 12, champion: 11, since: now } };
};

test('in the shadow the challenger is asked about the latest tickets, and their text is not logged', async () => {
  const { sagemaker, step, input } = await start();
  expect(await step.invoke({ ...input, stage: 'shadow' })).toMatchObject({ healthy: true, n: 1, agreement: 1 });
  expect(sagemaker.asked.map(({ input: asked }) => asked['EndpointName'])).toEqual(['signalbox-test-routing-v12']);
  expect(step.output()).not.toContain('It is wrong');
});

test('in the canary its decisions are read from the log', async () => {
  const { sagemaker, step, input } = await start();
  expect(await step.invoke({ ...input, stage: 'canary', share: 0.1 })).toMatchObject({ healthy: true, n: 1, failed: 0 });
  expect(sagemaker.asked).toEqual([]);
});

test('another stage is refused', async () => {
  const { step, input } = await start();
  await expect(step.invoke({ ...input, stage: 'dawn' })).rejects.toThrow('stage');
});
