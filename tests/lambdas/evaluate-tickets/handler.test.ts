import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Snapshots } from '../../../adapters/s3/snapshots.ts';
import { exampleLine } from '../../../core/retrain/training-example.ts';
import { AwsError } from '../../../local/service.ts';
import { anExample, aPrediction } from '../../support/retraining-builders.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const start = async (invoke: Parameters<typeof serviceOf>[1][string], remainingMs?: number) => {
  const cloud = await startRetrainingCloud([serviceOf('sagemaker', { InvokeEndpoint: invoke })]);
  const lines = ['a', 'b'].map((ticketId) => exampleLine(anExample({ ticketId, text: 'a secret matter' })));
  await s3Snapshots({ client: new S3Client(cloud.config), bucket: DATA_BUCKET }).write('', [{ name: 'test.jsonl', lines }]);
  return loadFunction(cloud, () => import('../../../lambdas/evaluate-tickets/handler.ts'), remainingMs);
};

const input = { batch: { key: 'test.jsonl', from: 0, to: 50 }, version: 12, champion: 11 };

test('the tickets of a batch are scored by both versions and counted, and their text is not logged', async () => {
  const step = await start(({ EndpointName }) => {
    const version = String(EndpointName).replace('signalbox-test-routing-v', '');
    const predictions = [aPrediction('a', 'billing'), aPrediction('b', version === '12' ? 'billing' : 'access')];
    return { Body: Buffer.from(JSON.stringify({ model: { name: 'routing', version }, predictions })) };
  });
  expect(await step.invoke(input)).toEqual({
    n: 2,
    failed: 0,
    bothRight: 1,
    onlyChallengerRight: 1,
    onlyChampionRight: 0,
    neitherRight: 0,
    labelCounts: { team: { billing: 2 } },
  });
  expect(step.output()).toContain('test tickets evaluated');
  expect(step.output()).not.toContain('secret');
});

test('an endpoint that does not answer is an error that the workflow knows by name', async () => {
  const step = await start(() => {
    throw new AwsError('ModelError', 'Received server error (500)', 424);
  });
  await expect(step.invoke(input)).rejects.toMatchObject({ name: 'ScoringUnavailableError' });
});

test('an endpoint that hangs is given up before the function is cut off', async () => {
  const hanging = Promise.withResolvers<Record<string, unknown>>();
  const step = await start(() => hanging.promise, 2_200);
  await expect(step.invoke(input)).rejects.toMatchObject({ reason: 'deadline' });
  hanging.resolve({});
});
