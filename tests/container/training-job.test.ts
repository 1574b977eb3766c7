import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assembleBuildContext } from '../../container/build.ts';
import { loadClustering } from '../../model/clustering-model.ts';
import { loadRouting } from '../../model/routing-model.ts';
import { trainFolder } from '../../model/train.ts';
import { killContainerWhen, runContainer } from '../support/container-process.ts';
import type { ContainerEnd } from '../support/container-process.ts';
import { temporaryFolder, writeTrainingChannel } from '../support/model-folders.ts';
import { tarGzip } from '../support/tar.ts';
import { defaultEncoder, ENOUGH_VALIDATION } from '../support/trained-routing.ts';
import { trainingExamples } from '../support/training-examples.ts';

let context: string;
beforeAll(() => {
  context = mkdtempSync(join(tmpdir(), 'signalbox-'));
  assembleBuildContext(context);
});
afterAll(() => rmSync(context, { recursive: true, force: true }));

const routing = { kind: 'routing', version: '1', seed: '7' };

/** A folder as SageMaker lays it out for a job. */
const jobFolder = (hyperparameters: unknown): string => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'input', 'config'), { recursive: true });
  writeFileSync(join(folder, 'input', 'config', 'hyperparameters.json'), JSON.stringify(hyperparameters));
  writeTrainingChannel(join(folder, 'input', 'data'), trainingExamples(60), trainingExamples(ENOUGH_VALIDATION, 2));
  return folder;
};

const train = (mlFolder: string): Promise<ContainerEnd> => runContainer(context, ['train'], { OPT_ML_DIR: mlFolder });

const failureOf = (mlFolder: string): string => readFileSync(join(mlFolder, 'output', 'failure'), 'utf8');

describe('a training job', () => {
  test('writes a routing model, byte for byte as the library does', async () => {
    const folder = jobFolder(routing);
    const { code, logs } = await train(folder);
    expect(code).toBe(0);
    expect((await loadRouting(join(folder, 'model'), await defaultEncoder())).manifest.heads).toHaveProperty('team');
    expect(existsSync(join(folder, 'output', 'failure'))).toBe(false);
    expect(logs.find(({ group }) => group === 'team')).toMatchObject({
      message: 'metrics',
      accuracy: expect.any(Number),
      count: ENOUGH_VALIDATION,
    });

    const output = temporaryFolder();
    await trainFolder(join(folder, 'input', 'data'), output, routing, await defaultEncoder());
    for (const name of readdirSync(output))
      expect(Buffer.compare(readFileSync(join(output, name)), readFileSync(join(folder, 'model', name)))).toBe(0);
  });

  test('writes a topic map, from the archive of the routing model', async () => {
    const folder = jobFolder({ kind: 'clustering', version: '2', seed: '7' });
    const model = temporaryFolder();
    await trainFolder(join(folder, 'input', 'data'), model, routing, await defaultEncoder());
    mkdirSync(join(folder, 'input', 'data', 'routing'));
    const files = readdirSync(model).map((name) => ({ name: `./${name}`, content: readFileSync(join(model, name)) }));
    writeFileSync(join(folder, 'input', 'data', 'routing', 'model.tar.gz'), tarGzip(files));
    expect((await train(folder)).code).toBe(0);
    expect(loadClustering(join(folder, 'model')).manifest.topics.length).toBeGreaterThan(2);
  });

  test('that is killed while it encodes leaves checkpoints, which the next one takes up', async () => {
    const folder = jobFolder(routing);
    const examples = trainingExamples(3_000).map((example) => ({ ...example, text: `${example.text} ${example.ticketId}` }));
    writeTrainingChannel(join(folder, 'input', 'data'), examples, trainingExamples(ENOUGH_VALIDATION, 2));
    const checkpoints = join(folder, 'checkpoints');
    mkdirSync(checkpoints);
    const kept = (): number => readdirSync(checkpoints).filter((name) => name.endsWith('.encoded')).length;

    const killed = await killContainerWhen(context, ['train'], { OPT_ML_DIR: folder }, () => kept() > 0);
    expect(killed.code).toBeNull();
    const before = kept();
    expect(before).toBeGreaterThan(0);
    const last = Math.max(...killed.logs.map(({ done }) => (typeof done === 'number' ? done : 0)));
    expect(last).toBeLessThan(3_000);

    const next = await killContainerWhen(context, ['train'], { OPT_ML_DIR: folder }, () => kept() > before);
    expect(next.logs.find(({ stage }) => stage === 'reading')).toMatchObject({ takenUp: expect.any(Number) });
    const takenUp = Math.max(...next.logs.map((line) => (typeof line['takenUp'] === 'number' ? line['takenUp'] : 0)));
    expect(takenUp).toBeGreaterThanOrEqual(256);
    expect(takenUp).toBeLessThan(3_000);
  });

  test('that fails says why in output/failure and in its log, and exits with 1', async () => {
    const folder = jobFolder(routing);
    writeTrainingChannel(join(folder, 'input', 'data'), trainingExamples(1));
    const { code, logs } = await train(folder);
    expect(code).toBe(1);
    expect(failureOf(folder)).toMatch(/^Head "priority" has no label with 2 or more examples/u);
    expect(logs.at(-1)).toMatchObject({ level: 'ERROR', message: failureOf(folder) });
    expect(existsSync(join(folder, 'model', 'manifest.json'))).toBe(false);
  });

  test('fails on an archive that would write outside of its folder', async () => {
    const folder = jobFolder({ kind: 'clustering', version: '2', seed: '7' });
    mkdirSync(join(folder, 'input', 'data', 'routing'));
    const archive = tarGzip([{ name: '../../escape', content: Buffer.from('x') }]);
    writeFileSync(join(folder, 'input', 'data', 'routing', 'model.tar.gz'), archive);
    expect((await train(folder)).code).toBe(1);
    expect(failureOf(folder)).toMatch(/holds the name "\.\.\/\.\.\/escape"/u);
  });

  test.each([
    [{ ...routing, seed: 7 }, /"seed" is not a text; SageMaker passes text only/u],
    [{ ...routing, kind: 'forecast' }, /"kind" is "forecast"; it must be routing or clustering/u],
    [[], /hyperparameters\.json is not a JSON object/u],
  ])('with the hyperparameters %j fails with a sentence', async (hyperparameters, message) => {
    const folder = jobFolder(hyperparameters);
    expect((await train(folder)).code).toBe(1);
    expect(failureOf(folder)).toMatch(message);
  });

  test('without hyperparameters or channels fails with a sentence', async () => {
    const folder = temporaryFolder();
    expect((await train(folder)).code).toBe(1);
    expect(failureOf(folder)).toMatch(/hyperparameters\.json cannot be read as JSON/u);
    cpSync(join(jobFolder(routing), 'input', 'config'), join(folder, 'input', 'config'), { recursive: true });
    expect((await train(folder)).code).toBe(1);
    expect(failureOf(folder)).toMatch(/train\.jsonl is missing; the channel "training" must hold it/u);
  });

  test('never logs ticket text', async () => {
    const folder = jobFolder(routing);
    writeFileSync(join(folder, 'input', 'data', 'training', 'train.jsonl'), 'zanzibar invoice\n');
    const { code, output } = await train(folder);
    expect(code).toBe(1);
    expect(output).not.toContain('zanzibar');
    expect(failureOf(folder)).toMatch(/train\.jsonl, line 1 is not JSON/u);
  });
});
