import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addEncoder } from '../../../cli/encoder/add-encoder.ts';
import type { AddOptions } from '../../../cli/encoder/add-encoder.ts';
import { UserError } from '../../../cli/user-error.ts';
import { EncoderError } from '../../../model/encoder/encoder-error.ts';
import { openEncoder } from '../../../model/encoder/open-encoder.ts';
import { tinyBertFiles, tinyBertGraph, tinyTokenizer, writeFiles } from '../../support/bert-encoder.ts';
import { editManifest } from '../../support/encoder-folder.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { zipOfFiles } from '../../support/zip.ts';

type Files = Readonly<Record<string, string | Uint8Array | undefined>>;

const sourceFolder = (replaced: Files = {}): string => {
  const folder = join(temporaryFolder(), 'tiny-model');
  writeFiles(folder, tinyBertFiles(replaced));
  return folder;
};

const sourceArchive = (replaced: Files = {}, name = 'tiny-1.0.whl'): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, zipOfFiles(tinyBertFiles(replaced)));
  return path;
};

const optionsOf = (fields: Partial<AddOptions> = {}): AddOptions => ({
  encoders: join(temporaryFolder(), 'encoders'),
  hub: 'http://127.0.0.1:1',
  ...fields,
});

const add = (source: string, options: AddOptions): Promise<string> =>
  addEncoder(source, options, () => undefined, new AbortController().signal);

const refusal = async (source: string, fields: Partial<AddOptions> = {}): Promise<string> => {
  const options = optionsOf(fields);
  const thrown: unknown = await add(source, options).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown instanceof UserError || thrown instanceof EncoderError).toBe(true);
  expect(existsSync(options.encoders) ? readdirSync(options.encoders) : []).toEqual([]);
  return thrown instanceof Error ? thrown.message : '';
};

describe('an encoder is added', () => {
  test('from a folder, with what its files say of it', async () => {
    const folder = await add(sourceFolder(), optionsOf());
    const encoder = await openEncoder(folder);
    expect(encoder.manifest).toMatchObject({
      name: 'tiny-model',
      pooling: 'mean',
      maxTokens: 32,
      licence: 'apache-2.0',
      languages: ['en'],
      prefix: '',
    });
    await encoder.release();
  });

  test('from an archive in any disguise, with its hash kept, and what a person says goes before what it says', async () => {
    const archive = sourceArchive({}, 'Tiny.jar');
    const hash = createHash('sha256').update(readFileSync(archive)).digest('hex');
    const folder = await add(
      archive,
      optionsOf({ pooling: 'cls', prefix: 'query: ', languages: ['de'], sha256: hash, maxTokens: 64 }),
    );
    const encoder = await openEncoder(folder);
    expect(encoder.manifest).toMatchObject({ name: 'tiny', pooling: 'cls', prefix: 'query: ', languages: ['de'], maxTokens: 64 });
    expect(encoder.manifest.provenance.weights).toBe(`Tiny.jar, SHA-256 ${hash}`);
    await encoder.release();
  });

  test('from files that are links, as a cache of the hub has them', async () => {
    const from = sourceFolder();
    const linked = join(temporaryFolder(), 'snapshot');
    mkdirSync(linked);
    for (const name of ['tokenizer.json', 'README.md', 'sentence_bert_config.json'])
      symlinkSync(join(from, name), join(linked, name));
    symlinkSync(join(from, 'onnx', 'model.onnx'), join(linked, 'model.onnx'));
    expect(await add(linked, optionsOf({ pooling: 'mean' }))).toMatch(/snapshot$/u);
  });

  test('with a tokenizer from elsewhere', async () => {
    const tokenizer = join(temporaryFolder(), 'vocabulary.json');
    writeFileSync(tokenizer, tinyTokenizer());
    expect(await add(sourceArchive({ 'tokenizer.json': undefined }), optionsOf({ tokenizer, name: 'other' }))).toMatch(/other$/u);
  });

  test('from the folder of an encoder that was added elsewhere, as it is', async () => {
    const first = await add(sourceFolder(), optionsOf());
    const second = await add(first, optionsOf());
    expect(readFileSync(join(second, 'manifest.json'))).toEqual(readFileSync(join(first, 'manifest.json')));
  });

  test('in place of an earlier one only where that is asked for', async () => {
    const options = optionsOf({ name: 'one' });
    await add(sourceFolder(), options);
    await expect(add(sourceFolder(), options)).rejects.toThrow(/There is an encoder one already; add --force/u);
    await add(sourceFolder(), { ...options, prefix: 'query: ', force: true });
    const encoder = await openEncoder(join(options.encoders, 'one'));
    expect(encoder.manifest.prefix).toBe('query: ');
    await encoder.release();
    expect(readdirSync(options.encoders)).toEqual(['one']);
  });

  test('from a hub, in one revision', async () => {
    const files = tinyBertFiles({ 'pytorch_model.bin': 'weights' });
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const name = /^\/someone\/tiny\/resolve\/abc123\/(.+)$/u.exec(request.url ?? '')?.[1];
      if (request.url === '/api/models/someone/tiny/revision/main')
        response.end(JSON.stringify({ sha: 'abc123', siblings: [...files.keys()].map((rfilename) => ({ rfilename })) }));
      else if (name !== undefined && files.has(name)) response.end(files.get(name));
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = await add('someone/tiny', optionsOf({ hub }));
    const encoder = await openEncoder(folder);
    expect(encoder.manifest.provenance.weights).toBe(`${hub}/someone/tiny at abc123, onnx/model.onnx`);
    expect(encoder.manifest.licence).toBe('apache-2.0');
    await encoder.release();
    expect(asked.some((url) => url.includes('pytorch'))).toBe(false);
    expect(await refusal('someone/else', { hub })).toMatch(/has no someone\/else@main, or not for everybody/u);
    server.closeAllConnections();
  });
});

describe('an encoder is refused, and nothing of it stays', () => {
  test('where there is nothing by that name, and no hub to ask', async () => {
    expect(await refusal('/nowhere/at/all')).toMatch(/There is no folder or archive/u);
    expect(await refusal('someone/tiny')).toMatch(/cannot be reached \(.*; fetch the model where it can/u);
  });

  test('where the hash is another one', async () => {
    const sha256 = 'a'.repeat(64);
    expect(await refusal(sourceArchive(), { sha256 })).toMatch(/has the SHA-256 [0-9a-f]{64}, not a{64}/u);
    expect(await refusal(sourceFolder(), { sha256 })).toMatch(/The graph of .* has the SHA-256/u);
  });

  test.each([
    ['how its states are pooled', { '1_Pooling/config.json': undefined }],
    ['which languages it knows', { 'README.md': '---\nlicense: mit\n---\n' }],
    ['under which licence its weights are', { 'README.md': '---\nlanguage: en\n---\n' }],
  ])('where nobody says %s', async (what, replaced) => {
    expect(await refusal(sourceFolder(replaced))).toContain(`does not say ${what}`);
  });

  test('where it has weights without a graph, or an archive in it', async () => {
    expect(await refusal(sourceFolder({ 'onnx/model.onnx': undefined, 'model.safetensors': 'x' }))).toMatch(
      /model.safetensors has weights without a graph: export the model to ONNX/u,
    );
    expect(await refusal(sourceArchive({ 'onnx/model.onnx': undefined, 'model.zip': 'x' }))).toMatch(
      /model.zip is an archive in it: unpack that/u,
    );
  });

  test('where it is not clear which graph', async () => {
    const graphs = { 'onnx/model.onnx': undefined, 'a.onnx': tinyBertGraph(), 'b.onnx': tinyBertGraph() };
    expect(await refusal(sourceFolder(graphs))).toMatch(/holds 2 graphs \("a.onnx", "b.onnx"\); say which with --graph/u);
    expect(await add(sourceFolder(graphs), optionsOf({ graph: 'b.onnx' }))).toMatch(/tiny-model$/u);
    expect(await refusal(sourceFolder(graphs), { graph: 'c.onnx' })).toMatch(/holds no graph c.onnx/u);
  });

  test('where it has no tokenizer', async () => {
    expect(await refusal(sourceFolder({ 'tokenizer.json': undefined }))).toMatch(/holds no tokenizer.json; give the file/u);
  });

  test('where the graph takes something else, or is truncated', async () => {
    expect(
      await refusal(sourceArchive({ 'onnx/model.onnx': tinyBertGraph({ inputs: ['input_ids', 'attention_mask', 'pixels'] }) })),
    ).toMatch(/takes input_ids .*pixels/u);
    expect(await refusal(sourceArchive({ 'onnx/model.onnx': tinyBertGraph().subarray(0, 500) }))).toMatch(
      /no graph that can be run/u,
    );
  });

  test('where its name cannot be one of a folder', async () => {
    expect(await refusal(sourceFolder(), { name: '../up' })).toMatch(/cannot be called "..\/up"/u);
    expect(await refusal(sourceFolder(), { name: 'use-lite' })).toMatch(/cannot be called "use-lite"/u);
  });

  test('where a finished encoder is damaged or lies about itself', async () => {
    const made = await add(sourceFolder(), optionsOf());
    const copied = (): string => {
      const folder = temporaryFolder();
      cpSync(made, folder, { recursive: true });
      return folder;
    };
    const truncated = copied();
    truncateSync(join(truncated, 'encoder.onnx'), 100);
    expect(await refusal(truncated)).toMatch(/encoder.onnx has 100 bytes, its manifest says/u);
    const renamed = copied();
    editManifest(renamed, (manifest) => ({ ...manifest, name: '../../elsewhere' }));
    expect(await refusal(renamed)).toMatch(/is called "..\/..\/elsewhere", which no added encoder may be/u);
  });
});
