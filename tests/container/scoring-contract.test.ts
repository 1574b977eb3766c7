import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assembleBuildContext } from '../../container/build.ts';
import { clusteringResponseSchema, routingResponseSchema } from '../../core/contracts/scoring.ts';
import { float32Of } from '../../model/bytes.ts';
import { trainFolder } from '../../model/train.ts';
import { freePort, runContainer, startContainer } from '../support/container-process.ts';
import type { RunningContainer } from '../support/container-process.ts';
import { temporaryFolder, writeTrainingChannel } from '../support/model-folders.ts';
import { defaultEncoder, ENOUGH_VALIDATION } from '../support/trained-routing.ts';
import { trainingExamples } from '../support/training-examples.ts';

let folder: string;
let context: string;
let routing: RunningContainer;
let clustering: RunningContainer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-'));
  context = join(folder, 'context');
  assembleBuildContext(context);
  writeTrainingChannel(folder, trainingExamples(120), trainingExamples(ENOUGH_VALIDATION, 2));
  const encoder = await defaultEncoder();
  await trainFolder(folder, join(folder, 'routing'), { kind: 'routing', version: '12', seed: '7' }, encoder);
  await trainFolder(folder, join(folder, 'clustering'), { kind: 'clustering', version: '4', seed: '7' }, encoder);
  for (const kind of ['routing', 'clustering'])
    cpSync(join(folder, kind), join(folder, `ml-${kind}`, 'model'), { recursive: true });
  routing = await startContainer(context, join(folder, 'ml-routing'));
  clustering = await startContainer(context, join(folder, 'ml-clustering'));
});

afterAll(async () => {
  await Promise.all([routing?.stop(), clustering?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const post = (container: RunningContainer, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(`${container.url}/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

const invoke = async (container: RunningContainer, instances: readonly unknown[]): Promise<unknown> => {
  const response = await post(container, JSON.stringify({ instances }));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  return response.json();
};

describe('a served routing model', () => {
  test('answers a ping once it is loaded', async () => {
    expect((await fetch(`${routing.url}/ping`)).status).toBe(200);
  });

  test('predicts each instance by the scoring contract', async () => {
    const response = routingResponseSchema.parse(
      await invoke(routing, [
        { id: 'a', text: 'my parcel never arrived' },
        { id: 'b', text: 'my password is locked again' },
      ]),
    );
    expect(response.model).toEqual({ name: 'routing', version: '12' });
    expect(response.predictions).toMatchObject([
      { id: 'a', heads: { team: { label: 'delivery', known: true }, priority: { label: 'low' } } },
      { id: 'b', heads: { team: { label: 'access', known: true }, priority: { label: 'high' } } },
    ]);
    const [first] = response.predictions;
    const embedding = first !== undefined && 'embedding' in first ? float32Of(Buffer.from(first.embedding, 'base64')) : [];
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
    expect(first).toHaveProperty('explanation.team.0.feature', expect.any(String));
    expect(first).toHaveProperty('explained.team.remainder', expect.any(Number));
    expect(first).toHaveProperty('similar.0.labels.team', 'delivery');
    expect(first).toHaveProperty('similar.length', 3);
  });

  test('one bad instance fails alone, in its own entry', async () => {
    const { predictions } = routingResponseSchema.parse(
      await invoke(routing, [
        { id: 'empty', text: '  ' },
        { id: 'good', text: 'the courier got lost' },
        { id: 'missing' },
        { id: 'number', text: 7 },
        { text: 'who am I' },
        'nonsense',
        null,
        { id: 'last', text: '😀 invoice' },
      ]),
    );
    expect(predictions.map((prediction) => [prediction.id, 'error' in prediction ? prediction.error.code : 'ok'])).toEqual([
      ['empty', 'EmptyText'],
      ['good', 'ok'],
      ['missing', 'MissingText'],
      ['number', 'MissingText'],
      ['', 'MissingId'],
      ['', 'InvalidInstance'],
      ['', 'InvalidInstance'],
      ['last', 'ok'],
    ]);
  });

  test('no instances are no predictions', async () => {
    expect(await invoke(routing, [])).toEqual({ model: { name: 'routing', version: '12' }, predictions: [] });
  });

  test.each([
    ['{"instances":', 'MalformedJson'],
    ['', 'MalformedJson'],
    ['[]', 'MissingInstances'],
    ['{}', 'MissingInstances'],
    ['{"instances":{"id":"a"}}', 'MissingInstances'],
  ])('the body %j is refused with 400', async (body, code) => {
    const response = await post(routing, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/u) } });
  });

  test('a body of 4 MB is taken, one byte more is refused with 413', async () => {
    const limit = 4 * 1024 * 1024;
    const full = `{"instances":[]}${' '.repeat(limit - 16)}`;
    expect((await post(routing, full)).status).toBe(200);
    const refused = await post(routing, `${full} `);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { code: 'BodyTooLarge' } });
  });

  test('another path or method is refused', async () => {
    expect((await fetch(`${routing.url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${routing.url}/invocations`)).status).toBe(405);
    expect((await fetch(`${routing.url}/ping`, { method: 'POST' })).status).toBe(405);
  });

  test('a client that hangs up in the middle of its body disturbs nobody', async () => {
    const { port } = new URL(routing.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"inst', () => socket.destroy());
      });
      socket.once('close', () => resolve());
    });
    expect((await fetch(`${routing.url}/ping`)).status).toBe(200);
    expect(routing.logs().filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  test('logs a JSON line a request, without ticket text', async () => {
    await invoke(routing, [{ id: 'a', text: 'zanzibar invoice' }, { id: 'b' }]);
    await post(routing, '{"instances":[{"id":"c","text":"zanzibar');
    const lines = routing.logs();
    expect(lines.filter(({ message }) => message === 'scored').at(-1)).toMatchObject({
      level: 'INFO',
      model: 'routing',
      version: '12',
      instances: 2,
      failed: 1,
      latencyMs: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toContain('zanzibar');
  });
});

describe('a served topic map', () => {
  test('assigns what the routing model embedded', async () => {
    const routed = routingResponseSchema.parse(await invoke(routing, [{ id: 'a', text: trainingExamples(1)[0]!.text }]));
    const [prediction] = routed.predictions;
    if (prediction === undefined || 'error' in prediction) throw new Error('no prediction');
    const { embedding, embeddingSpace } = prediction;
    const answer = await invoke(clustering, [{ id: 'a', embedding, embeddingSpace }]);
    const response = clusteringResponseSchema.parse(answer);
    expect(response.model).toEqual({ name: 'clustering', version: '4' });
    expect(response.predictions).toMatchObject([
      {
        id: 'a',
        topic: { id: expect.stringMatching(/^t-/u), label: expect.stringMatching(/./u), similarity: expect.any(Number) },
      },
    ]);
    expect(answer).toMatchObject({ predictions: [{ nearest: { id: expect.stringMatching(/^t-/u) } }] });
  });

  test('an embedding that is missing, of another space or no base64 fails alone', async () => {
    const { predictions } = clusteringResponseSchema.parse(
      await invoke(clustering, [
        { id: 'a' },
        { id: 'b', embedding: 'AAAA' },
        { id: 'c', embedding: 'AAAAAA==', embeddingSpace: 'elsewhere' },
        { id: 'd', embedding: '***', embeddingSpace: 'elsewhere' },
        { id: 'e', embedding: 'AAA=', embeddingSpace: 'elsewhere' },
      ]),
    );
    expect(predictions.map((prediction) => ('error' in prediction ? prediction.error.code : 'ok'))).toEqual([
      'MissingEmbedding',
      'MissingEmbeddingSpace',
      'EmbeddingSpaceMismatch',
      'InvalidEmbedding',
      'InvalidEmbedding',
    ]);
  });
});

describe('the process', () => {
  test('ends cleanly on SIGTERM, also while a connection is kept alive', async () => {
    const container = await startContainer(context, join(folder, 'ml-routing'));
    expect((await fetch(`${container.url}/ping`)).status).toBe(200);
    expect((await container.stop()).code).toBe(0);
  });

  test('ends with a sentence where its port is taken', async () => {
    const port = new URL(routing.url).port;
    const environment = { OPT_ML_DIR: join(folder, 'ml-routing'), SAGEMAKER_BIND_TO_PORT: port };
    const { code, logs } = await runContainer(context, ['serve'], environment);
    expect(code).toBe(1);
    expect(logs.at(-1)).toMatchObject({
      level: 'ERROR',
      message: expect.stringContaining(`Port ${port} is in use; stop what listens`),
    });
  });

  test('ends with a sentence where the model is missing or damaged', async () => {
    const environment = { OPT_ML_DIR: temporaryFolder(), SAGEMAKER_BIND_TO_PORT: `${await freePort()}` };
    const missing = await runContainer(context, ['serve'], environment);
    expect(missing.code).toBe(1);
    expect(missing.logs.at(-1)).toMatchObject({ level: 'ERROR', message: expect.stringMatching(/model cannot be read/u) });

    cpSync(join(folder, 'routing'), join(environment.OPT_ML_DIR, 'model'), { recursive: true });
    truncateSync(join(environment.OPT_ML_DIR, 'model', 'idf.f32'), 4);
    const damaged = await runContainer(context, ['serve'], environment);
    expect(damaged.code).toBe(1);
    expect(damaged.logs.at(-1)).toMatchObject({ level: 'ERROR', message: expect.stringMatching(/idf\.f32 of .* has 4 bytes/u) });
  });

  test('ends with a sentence where it is told neither to serve nor to train', async () => {
    const { code, logs } = await runContainer(context, ['dance'], {});
    expect(code).toBe(1);
    expect(logs.at(-1)).toMatchObject({ message: 'The argument is "dance"; it must be serve or train.' });
  });
});
