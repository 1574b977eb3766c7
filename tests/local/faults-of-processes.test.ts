import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import type { ContainerFault } from '../../local/faults/fault-rule.ts';
import { start } from './faults-fixture.ts';

describe('a function that is killed', () => {
  const invoke = async (cloud: LocalCloud, id: string) => {
    const reply = await cloud.call('lambda', 'Invoke', {
      FunctionName: cloud.outputs['app']?.['Keep'],
      Payload: Buffer.from(JSON.stringify({ id })),
    });
    return JSON.parse(String(reply['Payload'])) as unknown;
  };

  test.each([
    ['before', [false, false]],
    ['after', [true, false]],
  ] as const)('%s its first write leaves the rest undone', async (when, written) => {
    const { cloud, has } = await start();
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', times: 1, fault: { kind: 'kill-function', when } });
    expect(await invoke(cloud, 'a')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
    });
    expect([await has('a first'), await has('a second')]).toEqual(written);
    expect(await invoke(cloud, 'a')).toBe('kept');
  });

  test('may die of its time or its memory', async () => {
    const { cloud } = await start();
    const dying = { caller: 'Keep', times: 1, fault: { kind: 'kill-function', when: 'before', as: 'timeout' } } as const;
    cloud.faults.add(dying);
    expect(await invoke(cloud, 'a')).toMatchObject({
      errorMessage: expect.stringContaining('Task timed out after 10.00 seconds'),
    });
    cloud.faults.add({ ...dying, fault: { ...dying.fault, as: 'out-of-memory' } });
    expect(await invoke(cloud, 'a')).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('takes no other invocation along, and its message comes again', async () => {
    const { cloud, sqs, names, has } = await start();
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', skip: 2, times: 1, fault: { kind: 'kill-function', when: 'after' } });
    const both = await Promise.all([invoke(cloud, 'a'), invoke(cloud, 'b')]);
    expect(both.filter((result) => result === 'kept')).toHaveLength(1);
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', times: 1, fault: { kind: 'kill-function', when: 'after' } });
    await sqs.send(new SendMessageCommand({ QueueUrl: names['Queue'], MessageBody: 'm' }));
    await cloud.runFor(30_000);
    expect([await has('m first'), await has('m second')]).toEqual([true, false]);
    await cloud.runFor(60_000);
    expect(await has('m second')).toBe(true);
  });
});

describe('a container', () => {
  const serve = async () => {
    const { cloud, config, names } = await start();
    const image = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:model';
    const call = (action: string, input: Readonly<Record<string, unknown>>) => cloud.call('sagemaker', action, input);
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: names['ModelRole'], PrimaryContainer: { Image: image } });
    await call('CreateEndpointConfig', {
      EndpointConfigName: 'c',
      ProductionVariants: [{ VariantName: 'all', ModelName: 'm', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 2 } }],
    });
    await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    const status = async () => (await call('DescribeEndpoint', { EndpointName: 'e' }))['EndpointStatus'];
    await expect.poll(status, { timeout: 15_000 }).toBe('InService');
    const runtime = new SageMakerRuntimeClient({ ...config, maxAttempts: 1 });
    const ask = async () => {
      const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: '{}' }));
      return Body?.transformToString();
    };
    return { cloud, ask };
  };

  test('hangs, answers garbage, crashes and comes up again', async () => {
    const { cloud, ask } = await serve();
    const once = (how: ContainerFault) =>
      cloud.faults.add({ service: 'sagemaker', times: 1, fault: { kind: 'container', how, ms: 50 } });
    expect(await ask()).toBe('{"fine":true}');
    once('hang');
    await expect(ask()).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 0 });
    once('garbage');
    expect(await ask()).toContain('not what was asked for');
    once('not-ready');
    await expect(ask()).rejects.toMatchObject({ name: 'ModelNotReadyException' });
    // A dead container is not asked: a new one is on its way. One that dies of a request fails that request.
    const deaths = {
      crash: { name: 'ModelNotReadyException' },
      'out-of-memory': { name: 'ModelError', OriginalStatusCode: 503 },
    };
    for (const death of ['crash', 'out-of-memory'] as const) {
      const pid = cloud.containers.list()[0]?.pid;
      once(death);
      await expect(ask()).rejects.toMatchObject(deaths[death]);
      await expect.poll(() => cloud.containers.list()[0]?.state, { timeout: 10_000 }).toBe('running');
      expect(cloud.containers.list()[0]?.pid).not.toBe(pid);
      expect(await ask()).toBe('{"fine":true}');
    }
  });
});
