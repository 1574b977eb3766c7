import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encoderFolderOf, installedEncoders, isEncoderName } from '../../../model/encoder/installed-encoders.ts';
import { importTinyEncoder } from '../../support/bert-encoder.ts';
import { temporaryFolder } from '../../support/model-folders.ts';

test('the default encoder is there without being added, and others by their folder', async () => {
  const encoders = temporaryFolder();
  expect(installedEncoders(join(encoders, 'missing')).map(({ name }) => name)).toEqual(['use-lite']);
  await importTinyEncoder(join(encoders, 'tiny'));
  expect(installedEncoders(encoders).map(({ name }) => name)).toEqual(['use-lite', 'tiny']);
  expect(encoderFolderOf('tiny', encoders)).toBe(join(encoders, 'tiny'));
});

test('an encoder with a broken manifest is listed with the reason', async () => {
  const encoders = temporaryFolder();
  await importTinyEncoder(join(encoders, 'tiny'));
  writeFileSync(join(encoders, 'tiny', 'manifest.json'), '{}');
  expect(installedEncoders(encoders)[1]).toMatchObject({
    kind: 'broken',
    name: 'tiny',
    reason: expect.stringMatching(/is no manifest/u),
  });
});

test.each(['', '.', '..', 'a/b', '../x', 'A', 'a..b', '.hidden', 'a'.repeat(64)])(
  '"%s" names no folder of an encoder',
  (name) => {
    expect(isEncoderName(name)).toBe(false);
    expect(() => encoderFolderOf(name, temporaryFolder())).toThrow(/There is no encoder/u);
  },
);
