import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sageMakerRoutingScorer, sageMakerTopicAssigner } from '../../../adapters/sagemaker/scoring.ts';
import { splitRequest } from '../../../adapters/sagemaker/split-request.ts';
import { AwsError } from '../../../local/service.ts';
import { aFailedPrediction, aPrediction } from '../../support/retraining-builders.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';

interface Request {
  readonly instances: readonly { readonly id: string; readonly text: string }[];
}

type Invoke = (request: Request, endpointName: string) => unknown;

/** An endpoint that answers with what `invoke` makes of a request. */
const start = async (invoke: Invoke) => {
  const requests: Request[] = [];
  const runtime = serviceOf('sagemaker', {
    InvokeEndpoint: async ({ EndpointName, Body }) => {
      const request = JSON.parse(Buffer.from(Body as Uint8Array).toString()) as Request;
      requests.push(request);
      const answer = await invoke(request, String(EndpointName));
      return { Body: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)), ContentType: 'application/json' };
    },
  });
  const { config } = await startRetrainingCloud([runtime]);
  const client = new SageMakerRuntimeClient(config);
  return {
    requests,
    scorer: sageMakerRoutingScorer({ client, endpointPrefix: 'signalbox-dev-routing-v' }),
    assigner: sageMakerTopicAssigner({ client, endpointPrefix: 'signalbox-dev-clustering-v' }),
  };
};

const model = { name: 'routing', version: '12' };
const answering: Invoke = ({ instances }) => ({ model, predictions: instances.map(({ id }) => aPrediction(id, 'billing')) });
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const one = [{ id: 'a', text: 'hello' }];

describe('scoring', () => {
  test('asks the endpoint of the version, and gives each ticket its prediction', async () => {
    const names: string[] = [];
    const { scorer, requests } = await start((request, name) => {
      names.push(name);
      return answering(request, name);
    });
    const instances = [...one, { id: 'b', text: 'world' }];
    const { model: served, predictions } = await scorer.score(12, instances, soon());
    expect(names).toEqual(['signalbox-dev-routing-v12']);
    expect(requests).toEqual([{ instances }]);
    expect(served).toEqual(model);
    expect([...predictions]).toEqual([
      ['a', aPrediction('a', 'billing')],
      ['b', aPrediction('b', 'billing')],
    ]);
  });

  test('one bad ticket fails alone', async () => {
    const { scorer } = await start(() => ({ model, predictions: [aFailedPrediction('a'), aPrediction('b', 'billing')] }));
    const { predictions } = await scorer.score(12, [...one, { id: 'b', text: 'world' }], soon());
    expect(predictions.get('a')).toEqual(aFailedPrediction('a'));
    expect(predictions.get('b')).toEqual(aPrediction('b', 'billing'));
  });

  test('a ticket that the model left out is a failure, one that it made up is ignored', async () => {
    const { scorer } = await start(() => ({ model, predictions: [aPrediction('z', 'billing')] }));
    const { predictions } = await scorer.score(12, one, soon());
    expect([...predictions.keys()]).toEqual(['a']);
    expect(predictions.get('a')).toMatchObject({ error: { code: 'MissingPrediction' } });
  });

  test('many tickets are asked about in several requests, and come back together', async () => {
    const { scorer, requests } = await start(answering);
    const instances = Array.from({ length: 250 }, (_, index) => ({ id: `t-${index}`, text: 'x' }));
    const { predictions } = await scorer.score(12, instances, soon());
    expect([...predictions.keys()]).toEqual(instances.map(({ id }) => id));
    expect(requests.map((request) => request.instances.length)).toEqual([100, 100, 50]);
  });

  test('a ticket that no request can carry fails alone', async () => {
    const { scorer, requests } = await start(answering);
    const { predictions } = await scorer.score(12, [{ id: 'huge', text: 'x'.repeat(4_000_000) }, ...one], soon());
    expect(predictions.get('huge')).toMatchObject({ error: { code: 'TooLarge' } });
    expect(predictions.get('a')).toMatchObject({ id: 'a', heads: {} });
    expect(requests).toEqual([{ instances: one }]);
  });

  test('without tickets nobody is asked', async () => {
    const { scorer, requests } = await start(answering);
    expect((await scorer.score(12, [], soon())).predictions.size).toBe(0);
    expect(requests).toEqual([]);
  });

  test('a topic is asked for by embedding and space', async () => {
    const topic = { id: 't-3f2a', label: 'refund not received', similarity: 0.71 };
    const { assigner, requests } = await start(() => ({
      model: { name: 'clustering', version: '12' },
      predictions: [{ id: 'a', topic, nearest: { id: 't-3f2a', similarity: 0.71 } }],
    }));
    const instances = [{ id: 'a', embedding: 'AAAA', embeddingSpace: 'tfidf-1' }];
    const { predictions } = await assigner.assign(12, instances, soon());
    expect(predictions.get('a')).toEqual({ id: 'a', topic });
    expect(requests).toEqual([{ instances }]);
  });
});

describe('without an answer', () => {
  const failing = (code: string, message: string, status: number): Invoke => {
    return () => {
      throw new AwsError(code, message, status);
    };
  };

  test.each([
    ['no-endpoint', failing('ValidationError', 'Endpoint signalbox-dev-routing-v12 of account 0 not found.', 400)],
    ['refused', failing('ValidationError', 'Request body of 5000000 bytes is over the limit.', 400)],
    ['refused', failing('AccessDeniedException', 'User is not authorized to perform sagemaker:InvokeEndpoint', 403)],
    ['model-error', failing('ModelError', 'Received server error (500) from primary', 424)],
    ['not-ready', failing('ModelNotReadyException', 'Not ready', 429)],
    ['throttled', failing('ThrottlingException', 'Rate exceeded', 429)],
    ['unreachable', failing('InternalDependencyException', 'A dependency failed', 530)],
    ['unreachable', failing('ServiceUnavailable', 'Unavailable', 503)],
    ['bad-answer', () => '<html>'],
    ['bad-answer', () => ({ predictions: [] })],
    ['bad-answer', () => ({ model, predictions: [{ id: 'a', heads: { team: { label: 'x', probability: 7 } } }] })],
    ['bad-answer', () => ({ model: { name: 'routing', version: '11' }, predictions: [aPrediction('a', 'billing')] })],
  ] as const)('the error says %s and can be retried', async (reason, invoke) => {
    const { scorer } = await start(invoke);
    await expect(scorer.score(12, one, soon())).rejects.toMatchObject({
      name: 'ScoringUnavailableError',
      retryable: true,
      reason,
      message: expect.stringMatching(/^Endpoint signalbox-dev-routing-v12 .*\.$/) as string,
    });
  });

  test('the deadline ends the wait for an endpoint that hangs', async () => {
    const hanging = Promise.withResolvers<unknown>();
    const { scorer } = await start(() => hanging.promise);
    await expect(scorer.score(12, one, AbortSignal.timeout(50))).rejects.toMatchObject({ reason: 'deadline' });
    hanging.resolve({});
  });

  test('a deadline that has passed already is not tried', async () => {
    const { scorer } = await start(answering);
    await expect(scorer.score(12, one, AbortSignal.abort())).rejects.toMatchObject({ reason: 'deadline' });
  });

  test('nobody listening is an endpoint out of reach', async () => {
    const client = new SageMakerRuntimeClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    const scorer = sageMakerRoutingScorer({ client, endpointPrefix: 'signalbox-dev-routing-v' });
    await expect(scorer.score(12, one, soon())).rejects.toMatchObject({ reason: 'unreachable' });
  });
});

test('requests keep every instance in its order, within the limit, or name it as too large', () => {
  const instance = fc.record({ id: fc.uuid(), text: fc.string({ unit: 'grapheme', maxLength: 60 }) });
  fc.assert(
    fc.property(fc.array(instance, { maxLength: 40 }), fc.integer({ min: 80, max: 600 }), (instances, maxBytes) => {
      const { requests, tooLarge } = splitRequest(instances, maxBytes);
      const carried = requests.flatMap(({ body }) => (JSON.parse(body) as Request).instances);
      expect(carried).toEqual(instances.filter(({ id }) => !tooLarge.includes(id)));
      expect(requests.flatMap(({ ids }) => ids)).toEqual(carried.map(({ id }) => id));
      expect(Math.max(0, ...requests.map(({ body }) => Buffer.byteLength(body)))).toBeLessThanOrEqual(maxBytes);
      const alone = instances.filter(({ id }) => tooLarge.includes(id)).map((large) => JSON.stringify({ instances: [large] }));
      expect(Math.min(Infinity, ...alone.map((body) => Buffer.byteLength(body)))).toBeGreaterThanOrEqual(maxBytes);
    }),
  );
});
