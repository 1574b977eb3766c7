import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { loadJourneyFunction, startFunctionCloud } from '../../support/journey-function.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a batch of events is one object of its day, and what is no event goes back', async () => {
  const cloud = await startFunctionCloud();
  const { deliver, output } = await loadJourneyFunction(cloud, () => import('../../../lambdas/archive-events/handler.ts'));
  const envelope = (id: string): string =>
    JSON.stringify({
      id: 'e',
      'detail-type': 'ticket.learned',
      source: 'signalbox',
      time: '2026-11-22T09:00:00Z',
      detail: { id },
    });
  expect(await deliver('archive', [envelope('a'), '{', envelope('b')])).toEqual(['{']);

  const client = new S3Client({ ...cloud.config, forcePathStyle: true });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: DATA_BUCKET }));
  expect(Contents.map(({ Key }) => Key)).toEqual([expect.stringMatching(/^events\/dt=2026-11-22\/.+\.jsonl\.gz$/)]);
  const { Body } = await client.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key: Contents[0]?.Key }));
  const lines = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())
    .toString()
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  expect(output()).toContain('"EventsArchived"');
});
