import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { latestExecutions } from '../../adapters/step-functions/latest-executions.ts';
import { announcementOf } from '../../adapters/step-functions/announcement.ts';
import { FEW_TICKETS, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
}, 240_000);

afterAll(() => journey?.close());

const kept = async (): Promise<readonly string[]> => {
  const { s3, outputs } = journey.operator;
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.DataBucket, Prefix: 'checkpoints/' }));
  return (Contents ?? []).map(({ Key = '', LastModified }) => `${Key} ${LastModified?.getTime()}`);
};

const announced = async (): Promise<string | undefined> => {
  const { stepFunctions, outputs } = journey.operator;
  const { ended } = await latestExecutions(stepFunctions, outputs.StateMachineArn);
  return ended && (await announcementOf(stepFunctions, ended.arn))?.encoding;
};

test('the trainings of a retraining share what they encode, and the next one encodes nothing again', async () => {
  await journey.train(journey.history.slice(-FEW_TICKETS));
  expect(await announced()).toMatch(/tickets have to be encoded with use-lite: about/u);
  const chunks = (await kept()).filter((name) => name.includes('.encoded '));
  expect(chunks.length).toBeGreaterThan(0);

  // The same tickets: nothing better can come of them, but they are trained on again.
  await journey.train([]).catch(() => undefined);

  expect(await announced()).toMatch(/^Nothing has to be encoded: an earlier training has encoded all/u);
  expect((await kept()).filter((name) => name.includes('.encoded '))).toEqual(chunks);
}, 600_000);
