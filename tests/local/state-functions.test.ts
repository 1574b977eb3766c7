import { expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { start } from './cloud-fixture.ts';
import { stateFolder } from './support/state-folder.ts';
import { functionResources } from './support/written-assembly.ts';

const START_MS = Date.UTC(2026, 2, 2, 8);

type App = Parameters<typeof start>[0];

/** One run after the other on the same state; the clock of each goes on where the last one stood. */
const runOn =
  (state: string) =>
  async <T>(app: App, inRun: (cloud: LocalCloud) => Promise<T>): Promise<T> => {
    const cloud = await start(app, { state, clock: startSteppedClock(START_MS) });
    const result = await inRun(cloud);
    await cloud.close();
    return result;
  };

const refOf = (cloud: LocalCloud, logicalId: string): string => cloud.resources.get(`app/${logicalId}`)?.ref ?? '';

const linesOf = (cloud: LocalCloud, logicalId: string): readonly string[] => cloud.engines.lambda.logsOf(refOf(cloud, logicalId));

const invocationsOf = (cloud: LocalCloud): number | undefined => cloud.engines.lambda.invocationCounts()['Worker'];

const invokeLater = async (cloud: LocalCloud, payload: object): Promise<void> => {
  const Payload = Buffer.from(JSON.stringify(payload));
  await cloud.call('lambda', 'Invoke', { FunctionName: refOf(cloud, 'Worker'), InvocationType: 'Event', Payload });
};

/** A function that fails while it is broken, with a queue for what it gives up. */
const asynchronous = (health: 'broken' | 'mended'): App => ({
  code: {
    work: {
      'index.mjs': `export const handler = ({ n }) => { console.log('got ' + n); if (${health === 'broken'}) throw new Error('broken'); };`,
    },
  },
  resources: {
    ...functionResources('Worker', 'work', { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['GivenUp', 'Arn'] } } }),
    GivenUp: { Type: 'AWS::SQS::Queue' },
  },
});

const givenUp = (cloud: LocalCloud): number =>
  cloud.engines.sqs.inspect(String(cloud.resources.get('app/GivenUp')?.attributes['Arn'])).visible;

test('an asynchronous invocation that failed is tried again in a later run, when it is due and with its event', async () => {
  const run = runOn(stateFolder());
  await run(asynchronous('broken'), async (cloud) => {
    await invokeLater(cloud, { n: 7 });
    await cloud.runFor(30_000);
    expect(invocationsOf(cloud)).toBe(1);
  });
  await run(asynchronous('mended'), async (cloud) => {
    await cloud.runFor(29_000);
    expect(invocationsOf(cloud)).toBe(0);
    await cloud.runFor(2_000);
    expect(invocationsOf(cloud)).toBe(1);
    await expect.poll(() => linesOf(cloud, 'Worker')).toEqual(['got 7']);
  });
  await run(asynchronous('mended'), async (cloud) => {
    await cloud.runFor(600_000);
    expect(invocationsOf(cloud)).toBe(0);
    expect(givenUp(cloud)).toBe(0);
  });
});

test('attempts of an asynchronous invocation count over all runs: after the third it is given up', async () => {
  const run = runOn(stateFolder());
  await run(asynchronous('broken'), async (cloud) => {
    await invokeLater(cloud, { n: 8 });
    await cloud.runFor(30_000);
  });
  await run(asynchronous('broken'), async (cloud) => {
    await cloud.runFor(60_000);
    expect(invocationsOf(cloud)).toBe(1);
    expect(givenUp(cloud)).toBe(0);
  });
  await run(asynchronous('broken'), async (cloud) => {
    await cloud.runFor(600_000);
    expect(invocationsOf(cloud)).toBe(1);
    expect(givenUp(cloud)).toBe(1);
  });
});

const polling = (batchSize: number): App => ({
  code: {
    work: { 'index.mjs': 'export const handler = ({ Records }) => { for (const { body } of Records) console.log(body); };' },
  },
  resources: {
    ...functionResources('Worker', 'work'),
    Queue: { Type: 'AWS::SQS::Queue' },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Worker' },
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        BatchSize: batchSize,
      },
    },
  },
});

test('a mapping that was disabled stays so in later runs, until a call enables it or its template changes', async () => {
  const run = runOn(stateFolder());
  const setEnabled = (cloud: LocalCloud, Enabled: boolean) =>
    cloud.call('lambda', 'UpdateEventSourceMapping', { UUID: refOf(cloud, 'Mapping'), Enabled });
  const send = (cloud: LocalCloud, MessageBody: string) =>
    cloud.call('sqs', 'SendMessage', { QueueUrl: refOf(cloud, 'Queue'), MessageBody });
  const id = await run(polling(1), async (cloud) => {
    await setEnabled(cloud, false);
    await send(cloud, 'first');
    await cloud.runFor(60_000);
    await expect.poll(() => linesOf(cloud, 'Worker')).toEqual([]);
    return refOf(cloud, 'Mapping');
  });
  await run(polling(1), async (cloud) => {
    expect(refOf(cloud, 'Mapping')).toBe(id);
    await cloud.runFor(60_000);
    await expect.poll(() => linesOf(cloud, 'Worker')).toEqual([]);
    await setEnabled(cloud, true);
    await cloud.idle();
    await expect.poll(() => linesOf(cloud, 'Worker')).toEqual(['first']);
    await setEnabled(cloud, false);
    await send(cloud, 'second');
  });
  await run(polling(2), async (cloud) => {
    await cloud.idle();
    await expect.poll(() => linesOf(cloud, 'Worker')).toEqual(['second']);
  });
});

/** Answers as handlers written for AWS do. */
const provider = `
  const https = require('https');
  exports.handler = (event) => new Promise((resolve, reject) => {
    const { RequestType, ResourceProperties, OldResourceProperties, PhysicalResourceId, StackId, RequestId, LogicalResourceId } = event;
    console.log([RequestType, PhysicalResourceId ?? 'none', OldResourceProperties?.Size ?? 'none', ResourceProperties.Size].join(' '));
    const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'thing-1', StackId, RequestId, LogicalResourceId });
    const url = new URL(event.ResponseURL);
    const request = https.request({ hostname: url.hostname, path: url.pathname, method: 'PUT', headers: { 'content-length': body.length } }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });`;

const withThing = (size: number): App => ({
  code: { provide: { 'index.js': provider } },
  resources: {
    ...functionResources('Provider', 'provide'),
    Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, Size: size } },
  },
});

test('a custom resource is updated in a later run where its properties have changed, and else left alone', async () => {
  const run = runOn(stateFolder());
  const expectRequests = async (size: number, lines: readonly string[]): Promise<void> =>
    run(withThing(size), async (cloud) => {
      await expect.poll(() => linesOf(cloud, 'Provider')).toEqual(lines);
    });
  await expectRequests(3, ['Create none none 3']);
  await expectRequests(3, []);
  await expectRequests(4, ['Update thing-1 3 4']);
  await expectRequests(4, []);
});
