import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkOutput, openOutput } from '../../../cli/train/output-folder.ts';
import { sealArtifact, writeArtifact } from '../../../model/artifact.ts';
import { FORMAT_VERSION } from '../../../model/manifest.ts';
import { temporaryFolder } from '../run-signalbox.ts';

const writeModel = (folder: string): void =>
  writeArtifact(
    folder,
    sealArtifact(
      {
        formatVersion: FORMAT_VERSION,
        kind: 'routing',
        version: '1',
        createdFrom: { dataHash: '', from: '', to: '', count: 0 },
        seed: 1,
        codeVersion: '',
        encoder: { name: '', version: '', hash: '' },
        embedding: { dimension: 1, space: '', family: '' },
        heads: {},
        topics: [],
        metrics: {},
      },
      new Map([['weights.f32', new Uint8Array(4)]]),
    ),
  );

describe('the folder for a model', () => {
  test('may be missing, in missing folders, or empty', async () => {
    const folder = await temporaryFolder();
    await checkOutput(folder, 'nothing');
    await checkOutput(join(folder, 'a', 'b'), 'nothing');
    const output = await openOutput(join(folder, 'a', 'b'));
    await writeFile(join(output.draft, 'file'), '');
    await output.publish();
    await output.discard();
    expect(await readdir(join(folder, 'a'))).toEqual(['b']);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file']);
  });

  test('with an earlier model is replaced as a whole where that is asked for', async () => {
    const folder = join(await temporaryFolder(), 'model');
    writeModel(folder);
    await writeFile(join(folder, 'MODEL.md'), '');
    await expect(checkOutput(folder, 'nothing')).rejects.toThrow(/holds an earlier model; add --force/);
    await checkOutput(folder, 'a model');
    const output = await openOutput(folder);
    await writeFile(join(output.draft, 'new'), '');
    await output.publish();
    expect(await readdir(folder)).toEqual(['new']);
  });

  test('with anything else is never replaced', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'thesis.doc'), '');
    await expect(checkOutput(folder, 'a model')).rejects.toThrow(/not empty and holds no model/);
    writeModel(folder);
    await expect(checkOutput(folder, 'a model')).rejects.toThrow(/more than a model \("thesis\.doc"\)/);
    await expect(checkOutput(join(folder, 'thesis.doc'), 'a model')).rejects.toThrow(/is a file; name a folder/);
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other', 'manifest.json'), '{"name":"an extension"}');
    await expect(checkOutput(join(folder, 'other'), 'a model')).rejects.toThrow(/holds no model/);
  });

  test('a draft that is not published leaves nothing', async () => {
    const folder = await temporaryFolder();
    const output = await openOutput(join(folder, 'model'));
    await writeFile(join(output.draft, 'half'), '');
    await output.discard();
    expect(await readdir(folder)).toEqual([]);
  });
});
