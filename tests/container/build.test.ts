import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleBuildContext, bundleProgram } from '../../container/build.ts';
import { importTinyEncoder } from '../support/bert-encoder.ts';
import { temporaryFolder } from '../support/model-folders.ts';

const repository = join(import.meta.dirname, '..', '..');

/** A program that opens the encoder where the container's environment says that it is. */
const probeSource = `
import { readEnvironment } from '${repository}/container/environment.ts';
import { openEncoder } from '${repository}/model/encoder/open-encoder.ts';
const encoder = await openEncoder(readEnvironment({}).encoderFolder);
const { embedding, hidden } = await encoder.encode(['Where is my refund?']);
console.log(embedding.length, hidden.length);
`;

/** As a training encodes many texts, beside what one thread says of them. */
const threadsSource = `
import { readEnvironment } from '${repository}/container/environment.ts';
import { openEncoder } from '${repository}/model/encoder/open-encoder.ts';
const texts = Array.from({ length: 2_000 }, (_, at) => \`Where is refund number \${at}?\`);
const [one, two] = await Promise.all(
  [1, 2].map(async (threads) => (await openEncoder(readEnvironment({}).encoderFolder, { threads })).encode(texts)),
);
console.log(Buffer.from(one.hidden.buffer).equals(Buffer.from(two.hidden.buffer)) ? 'the same' : 'different');
`;

const listed = (folder: string): ReadonlySet<string> => new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));

const run = (context: string, ...nodeOptions: readonly string[]): string =>
  execFileSync(process.execPath, [...nodeOptions, 'main.mjs'], { cwd: context, encoding: 'utf8', env: {}, stdio: 'pipe' }).trim();

/** A build context whose program is another one. */
const contextWith = (source: string): string => {
  const context = temporaryFolder();
  assembleBuildContext(context);
  const probe = join(temporaryFolder(), 'probe.ts');
  writeFileSync(probe, source);
  bundleProgram(probe, join(context, 'main.mjs'));
  return context;
};

describe('the build context', () => {
  test('holds the program, what its second thread runs, and a Dockerfile that needs no build step', () => {
    const context = temporaryFolder();
    assembleBuildContext(context);
    expect(readdirSync(context).sort()).toEqual(['Dockerfile', 'encoder', 'main.mjs', 'node_modules', 'thread-program.mjs']);
    expect(readFileSync(join(context, 'Dockerfile'), 'utf8')).toBe(
      'FROM public.ecr.aws/docker/library/node:24-slim\nWORKDIR /opt/program\nCOPY . .\n# The ONNX runtime reports its use to its maker unless told not to.\nENV ORT_DISABLE_TELEMETRY=1\nENTRYPOINT ["node","main.mjs"]\n',
    );
  });

  test('brings the encoder, and of the ONNX runtime only what linux/amd64 loads on a CPU', () => {
    const context = temporaryFolder();
    assembleBuildContext(context);
    expect(readdirSync(join(context, 'encoder')).sort()).toEqual(['encoder.onnx', 'manifest.json', 'vocabulary.json']);
    const modules = join(context, 'node_modules');
    expect(readdirSync(modules).sort()).toEqual(['onnxruntime-common', 'onnxruntime-node']);
    const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const natives = files.filter(({ name }) => !/\.(?:js|json)$/u.test(name)).map(({ name }) => name);
    expect(natives.sort()).toEqual(['libonnxruntime.so.1', 'onnxruntime_binding.node']);
    const bytes = readdirSync(context, { recursive: true })
      .map((name) => statSync(join(context, String(name))))
      .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
    expect(bytes).toBeLessThan(90e6);
  });

  test('answers as the encoder does, from that folder alone and without writing anything', () => {
    const context = contextWith(probeSource);
    const before = listed(context);
    chmodSync(context, 0o555);
    expect(run(context)).toBe('512 2304');
    chmodSync(context, 0o755);
    expect(listed(context)).toEqual(before);
  });

  test('lets a second thread encode, with the same bits', () => {
    const context = contextWith(threadsSource);
    expect(run(context)).toBe('the same');
  });

  test('brings the encoder that is asked for, and answers with it', async () => {
    const encoders = temporaryFolder();
    await importTinyEncoder(join(encoders, 'tiny'));
    const context = temporaryFolder();
    assembleBuildContext(context, 'tiny', encoders);
    const probe = join(temporaryFolder(), 'probe.ts');
    writeFileSync(probe, probeSource);
    bundleProgram(probe, join(context, 'main.mjs'));
    expect(run(context)).toBe('16 16');
    expect(() => assembleBuildContext(context, 'large', encoders)).toThrow(
      /There is no encoder "large"; there are use-lite, tiny/u,
    );
  });

  test("on another platform the runtime's native part comes from this machine's own installation", () => {
    // Outside of the repository, so that Node finds no other installation by itself.
    const context = contextWith(probeSource);
    rmSync(join(context, 'node_modules', 'onnxruntime-node', 'bin'), { recursive: true });
    expect(() => run(context)).toThrow(/Cannot find module/u);
    expect(run(context, '--import', join(repository, 'local', 'sagemaker', 'host-addons.ts'))).toBe('512 2304');
  });

  test('has the same bytes wherever it is assembled, and names no place of this machine', () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    assembleBuildContext(first);
    execFileSync(process.execPath, [join(repository, 'container', 'build.ts'), second], { cwd: second });
    const bundle = readFileSync(join(first, 'main.mjs'), 'utf8');
    expect(readFileSync(join(second, 'main.mjs'), 'utf8')).toBe(bundle);
    expect(bundle).not.toContain(repository);
    expect(bundle).not.toContain(first);
  });
});
