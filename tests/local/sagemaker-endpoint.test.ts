import { describe, expect, test } from 'vitest';
import { startSageMaker } from './sagemaker-fixture.ts';

describe('an endpoint', () => {
  test('is created from a model, answers, and goes', async () => {
    const { model, call, endpointBecomes, invoke } = startSageMaker();
    await model({ version: '12' });
    expect(await call('DescribeEndpoint', { EndpointName: 'e1' })).toMatchObject({ EndpointStatus: 'Creating' });
    await expect(invoke({})).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Endpoint e1 of account 000000000000 not found.',
    });
    await expect(call('DeleteEndpoint', { EndpointName: 'e1' })).rejects.toThrow('Cannot update in-progress endpoint');
    await endpointBecomes('InService');
    expect(await invoke({ a: 1 })).toMatchObject({
      ContentType: 'application/json',
      InvokedProductionVariant: 'AllTraffic',
      value: { model: { settings: { version: '12' } }, wish: { a: 1 }, type: 'application/json' },
    });
    await call('DeleteEndpoint', { EndpointName: 'e1' });
    const describes = () => call('DescribeEndpoint', { EndpointName: 'e1' }).then(() => 'there', String);
    await expect.poll(describes).toContain('Could not find endpoint "arn:aws:sagemaker:eu-west-1:000000000000:endpoint/e1"');
  });

  test('passes on what the container refuses, as a model error', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke({ do: 'reject' })).rejects.toMatchObject({
      code: 'ModelError',
      status: 424,
      members: { OriginalStatusCode: 400, OriginalMessage: 'not like this' },
    });
  });

  test('throttles over its maximum concurrency', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    const [first, second] = await Promise.allSettled([invoke({ do: 'wait' }), invoke({})]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'ThrottlingException', status: 429 } });
  });

  test('takes at most 4 MB where it is serverless', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke('x'.repeat(4 * 1024 * 1024))).rejects.toMatchObject({ code: 'ValidationError' });
  });

  test('starts a container that crashed again; calls fail meanwhile', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke({ do: 'crash' })).rejects.toMatchObject({ code: 'ModelError', members: { OriginalStatusCode: 503 } });
    const failure = (): Promise<unknown> => invoke({}).catch((error: unknown) => (error as { code: string }).code);
    await expect.poll(failure, { interval: 5 }).toBe('ModelNotReadyException');
    await expect.poll(() => invoke({}).then(({ value }) => value, String), { timeout: 10_000 }).toMatchObject({ wish: {} });
  });

  test('is taken down and back by hand', async () => {
    const { service, model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await service.containers.stop('e1');
    expect(service.containers.list()).toEqual([{ endpointName: 'e1', state: 'stopped' }]);
    await expect(invoke({})).rejects.toMatchObject({ code: 'ModelError' });
    await service.containers.start('e1');
    expect(service.containers.list()).toEqual([{ endpointName: 'e1', state: 'running', pid: expect.any(Number) }]);
    expect(await invoke({})).toMatchObject({ value: { wish: {} } });
  });

  test('whose container ends before its first ping has failed', async () => {
    const { model, call, endpointBecomes } = startSageMaker();
    await model({ broken: true });
    await endpointBecomes('Failed');
    expect(await call('DescribeEndpoint', { EndpointName: 'e1' })).toMatchObject({
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
  });

  test('of two variants, of a missing model or with an unknown member is refused', async () => {
    const { model, call } = startSageMaker();
    await expect(model({}, { ModelName: 'none' })).rejects.toThrow('Could not find model');
    const config = (members: Record<string, unknown>) => call('CreateEndpointConfig', { EndpointConfigName: 'c', ...members });
    await expect(config({ ProductionVariants: [{}, {}] })).rejects.toThrow('one variant');
    await expect(config({ ShadowProductionVariants: [{}] })).rejects.toThrow('ShadowProductionVariants');
    await expect(call('UpdateEndpoint', {})).rejects.toThrow('UpdateEndpoint');
    await expect(call('CreateProject', {})).rejects.toThrow('sagemaker:CreateProject');
  });
});
