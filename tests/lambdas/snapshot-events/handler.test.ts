import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3EventLogWriter } from '../../../adapters/s3/event-log.ts';
import { s3Snapshots } from '../../../adapters/s3/snapshots.ts';
import { history, minutesLater, NOW } from '../../support/retraining-builders.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const start = async (tickets: number) => {
  const cloud = await startRetrainingCloud();
  const data = { client: new S3Client(cloud.config), bucket: DATA_BUCKET };
  await s3EventLogWriter(data).append(history(tickets));
  return { data, step: await loadFunction(cloud, () => import('../../../lambdas/snapshot-events/handler.ts')) };
};

test('the log becomes the files of a training run, and no text of a ticket is logged', async () => {
  const { data, step } = await start(60);
  expect(await step.invoke({ version: 12, startedAt: NOW })).toMatchObject({
    trainPrefix: 'snapshots/v12/training/',
    counts: { train: 42, validation: 9, test: 9 },
    dataHash: expect.stringMatching(/^[\da-f]{64}$/) as string,
    testBatches: [{ key: 'snapshots/v12/test.jsonl', from: 0, to: 9 }],
  });
  const lines = await s3Snapshots(data).readLines({ key: 'snapshots/v12/training/validation.jsonl', from: 0, to: 50 });
  expect(lines).toHaveLength(9);
  expect(step.output()).toContain('51 tickets have to be encoded with use-lite');
  expect(step.output()).toContain('snapshot taken');
  expect(step.output()).not.toContain('It is wrong');
});

test('what an earlier training has encoded with the same encoder is not announced again', async () => {
  const { data, step } = await start(60);
  const put = (body: string) =>
    data.client.send(new PutObjectCommand({ Bucket: DATA_BUCKET, Key: 'checkpoints/eeeeeeeeeeeeeeee/encoded.json', Body: body }));
  await put(JSON.stringify({ encoder: 'e'.repeat(64), texts: 41, until: minutesLater(-20), msPerText: 4 }));
  expect(await step.invoke({ version: 12, startedAt: NOW })).toMatchObject({ encoding: { tickets: 10, takenUp: 41 } });
  await put('not what it should be');
  expect(await step.invoke({ version: 12, startedAt: NOW })).toMatchObject({ encoding: { tickets: 51, takenUp: 0 } });
});

test('too little to learn from is an error that the workflow knows by name', async () => {
  const { step } = await start(10);
  await expect(step.invoke({ version: 12, startedAt: NOW })).rejects.toMatchObject({ name: 'NotEnoughToLearn' });
});
