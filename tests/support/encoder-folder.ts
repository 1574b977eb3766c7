import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { temporaryFolder } from './model-folders.ts';

/** A copy of the default encoder that a test may damage. */
export const copiedEncoder = (): string => {
  const folder = temporaryFolder();
  cpSync(useLiteFolder(), folder, { recursive: true });
  return folder;
};

/** Changes the manifest, whatever its types say. */
export const editManifest = (folder: string, edit: (manifest: Record<string, unknown>) => Record<string, unknown>): void => {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)));
};

/** Puts another file in its place and says so in the manifest, as somebody would who makes an encoder. */
export const replaceFile = (folder: string, name: string, content: Uint8Array): void => {
  writeFileSync(join(folder, name), content);
  editManifest(folder, (manifest) => ({
    ...manifest,
    files: (manifest['files'] as readonly { readonly name: string }[]).map((file) =>
      file.name === name ? { name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') } : file,
    ),
  }));
};
