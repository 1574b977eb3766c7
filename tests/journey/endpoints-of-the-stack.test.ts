import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retrainingRuns } from '../support/retraining-runs.ts';
import type { RetrainingRuns } from '../support/retraining-runs.ts';
import { eventually, FEW_TICKETS, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

const WEEKS_MS = 15 * 86_400_000;
/** How long a model takes to come from S3: endpoints are in Creating until then. */
const DOWNLOAD_MS = 15_000;

let journey: RunningJourney;
let runs: RetrainingRuns;
/** A retraining in the middle of making the endpoints of version 2. */
let execution: string;

beforeAll(async () => {
  journey = await startJourney();
  runs = retrainingRuns(journey);
  await journey.train(journey.history.slice(-FEW_TICKETS));
  // Time enough to see the state before there is an endpoint.
  journey.cloud.faults.add({ service: 'sagemaker', action: 'CreateModel', fault: { kind: 'latency', ms: 500 } });
  execution = await runs.start();
  await runs.untilEntered(execution, 'Deploy');
  journey.cloud.faults.add({ service: 's3', action: 'GetObject', fault: { kind: 'latency', ms: DOWNLOAD_MS } });
  await eventually('the endpoints of version 2', async () => Promise.resolve(runs.endpointNames().length === 4));
}, 400_000);

afterAll(() => journey?.close());

const executionArns = async (): Promise<readonly (string | undefined)[]> => {
  const { stepFunctions, outputs } = journey.operator;
  const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: outputs.StateMachineArn }));
  return executions.map(({ executionArn }) => executionArn);
};

const runningContainers = (): readonly number[] => journey.cloud.containers.list().flatMap(({ pid }) => pid ?? []);

test('deploying the stack again leaves endpoints, pointer and a running retraining as they are', async () => {
  const before = { pointer: await runs.pointer(), endpoints: runs.endpointNames(), serving: await runs.servingVersions() };
  const champion = runningContainers();
  expect(before).toMatchObject({ pointer: { champion: 1 }, serving: [1] });

  await journey.cloud.redeploy();

  const after = { pointer: await runs.pointer(), endpoints: runs.endpointNames(), serving: await runs.servingVersions() };
  expect(after).toEqual(before);
  expect(runningContainers()).toEqual(champion);
  const { status } = await journey.operator.stepFunctions.send(new DescribeExecutionCommand({ executionArn: execution }));
  expect(status).toBe('RUNNING');
}, 400_000);

test('destroying the stack stops the retraining and removes every endpoint, one that is still being made too', async () => {
  const { cloud, operator } = journey;
  const name = `${operator.outputs.EndpointPrefix}-routing-v2`;
  expect(await cloud.call('sagemaker', 'DescribeEndpoint', { EndpointName: name })).toMatchObject({ EndpointStatus: 'Creating' });
  const pids = runningContainers();
  expect(pids.length).toBeGreaterThan(0);
  const executionsBefore = await executionArns();

  await cloud.destroy();

  const { status } = await operator.stepFunctions.send(new DescribeExecutionCommand({ executionArn: execution }));
  expect(status).toBe('ABORTED');
  await eventually('no endpoint', async () => {
    await cloud.runFor(1_000);
    return runs.endpointNames().length === 0;
  });
  expect(await cloud.call('sagemaker', 'ListEndpointConfigs', {})).toMatchObject({ EndpointConfigs: [] });
  expect(await cloud.call('sagemaker', 'ListModels', {})).toMatchObject({ Models: [] });
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');

  // The schedule is weekly.
  await cloud.runFor(WEEKS_MS);
  expect(await executionArns()).toEqual(executionsBefore);
}, 400_000);
