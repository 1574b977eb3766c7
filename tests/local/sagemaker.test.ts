import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, onTestFinished } from 'vitest';
import { readImageProgram } from '../../local/sagemaker/dockerfile.ts';
import { packFolder, unpackInto } from '../../local/sagemaker/model-archive.ts';
import { pathInChannel } from '../../local/sagemaker/storage.ts';
import { folderOf } from './support/function-folder.ts';
import { dockerfile, image, role, startSageMaker } from './sagemaker-fixture.ts';

describe('lists', () => {
  test('are filtered by name and cut into pages, newest first', async () => {
    const { call } = startSageMaker();
    const names = Array.from({ length: 12 }, (_, index) => `app-routing-v${index}`);
    for (const ModelName of [...names, 'other']) {
      await call('CreateModel', { ModelName, ExecutionRoleArn: role, PrimaryContainer: { Image: image } });
    }
    const first = await call('ListModels', { NameContains: 'ROUTING' });
    expect(first['Models']).toHaveLength(10);
    const second = await call('ListModels', { NameContains: 'ROUTING', NextToken: first['NextToken'] });
    expect(second).not.toHaveProperty('NextToken');
    const listed = [...(first['Models'] as { ModelName: string }[]), ...(second['Models'] as { ModelName: string }[])];
    expect(listed.map(({ ModelName }) => ModelName).sort()).toEqual(names.sort());
    await call('DeleteModel', { ModelName: 'other' });
    await expect(call('DescribeModel', { ModelName: 'other' })).rejects.toThrow('Could not find model');
  });

  test('of tags grow and are replaced by key', async () => {
    const { call } = startSageMaker();
    const { ModelArn } = await call('CreateModel', {
      ModelName: 'm',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image },
      Tags: [{ Key: 'a', Value: '1' }],
    });
    await call('AddTags', {
      ResourceArn: ModelArn,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
    expect(await call('ListTags', { ResourceArn: ModelArn })).toEqual({
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
  });
});

describe('a Dockerfile', () => {
  const read = (text: string) => readImageProgram(folderOf({ Dockerfile: text }));

  test('gives entry point and variables', () => {
    expect(read(dockerfile)).toMatchObject({
      entrypoint: ['node', 'main.mjs'],
      environment: { GREETING: 'hello there', MODE: 'x' },
    });
  });

  test.each([
    ['RUN npm ci', 'RUN is not carried out locally'],
    ['COPY src dst', 'only `COPY . .`'],
    ['USER node', 'USER is not carried out locally'],
    ['ENTRYPOINT node main.mjs', 'exec form'],
    ['ENTRYPOINT ["python3", "main.py"]', 'starts python3'],
    ['ENV A=$B', 'ENV NAME=value'],
  ])('with %j is refused', (line, text) => {
    expect(() => read(`FROM node\nENTRYPOINT ["node","main.mjs"]\n${line}`)).toThrow(text);
  });

  test('without an entry point is refused', () => {
    expect(() => read('FROM node')).toThrow('no ENTRYPOINT');
  });
});

test('a folder packs to the same bytes whenever its files were written', async () => {
  const files = { 'b.bin': 'b', 'a.json': '{}' };
  const [first, second] = [folderOf(files), folderOf({ 'a.json': '{}', 'b.bin': 'b' })];
  mkdirSync(join(first, 'sub'));
  mkdirSync(join(second, 'sub'));
  for (const folder of [first, second]) writeFileSync(join(folder, 'sub', 'c'), 'c'.repeat(100_000));
  const packed = await packFolder(first);
  expect(Buffer.compare(packed, await packFolder(second))).toBe(0);
  const target = folderOf({});
  await unpackInto(packed, target);
  expect(Buffer.compare(packed, await packFolder(target))).toBe(0);
});

test.each([
  ['set/', 'set/train/a.jsonl', 'train/a.jsonl'],
  ['set', 'set/a.jsonl', 'a.jsonl'],
  ['models/v1/model.tar.gz', 'models/v1/model.tar.gz', 'model.tar.gz'],
  ['set/part-', 'set/part-1', 'part-1'],
  ['', 'a', 'a'],
])('a channel of the prefix %j gets %j as %j', (prefix, key, path) => {
  expect(pathInChannel(prefix, key)).toBe(path);
});

test('a container does not outlive a local cloud that was killed, and its files are removed', async () => {
  const context = folderOf({ 'main.mjs': 'console.log(process.pid); setInterval(() => {}, 1000);' });
  const temporary = mkdtempSync(join(tmpdir(), 'local-cloud-test-'));
  const source = fileURLToPath(new URL('../../local/sagemaker/container-process.ts', import.meta.url));
  const script = `import { startContainer } from ${JSON.stringify(source)};
    startContainer({ program: { folder: ${JSON.stringify(context)}, entrypoint: ['node', 'main.mjs'], environment: {} }, command: 'serve',
      environment: {}, temporaryFolder: ${JSON.stringify(temporary)}, log: (line) => console.log(line) });`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))),
  );
  const runs = (): boolean => {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // A process that has ended stays known until somebody reaps it; Linux says so.
    const status = `/proc/${pid}/stat`;
    return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
  };
  expect(runs()).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(runs, { timeout: 5000 }).toBe(false);
  await expect.poll(() => existsSync(temporary), { timeout: 5000 }).toBe(false);
  rmSync(temporary, { recursive: true, force: true });
});
