import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { EncoderError } from './encoder-error.ts';
import { ENCODER_MANIFEST, parseEncoderManifest } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';

/** An encoder's folder, read and checked against its manifest. */
export interface EncoderFiles {
  readonly manifest: EncoderManifest;
  /** SHA-256 of the manifest, which holds those of all files. */
  readonly hash: string;
  /** @throws EncoderError where the manifest does not list it */
  readonly contentOf: (name: string) => Buffer;
}

/** @throws EncoderError where the folder is missing, truncated or damaged */
export const readEncoderFiles = (folder: string): EncoderFiles => {
  const { manifest, hash } = readEncoderManifest(folder);
  const contents = new Map(manifest.files.map((file) => [file.name, checkedFile(folder, file)]));
  return {
    manifest,
    hash,
    contentOf: (name) => {
      const content = contents.get(name);
      if (content === undefined)
        throw new EncoderError(`The manifest of ${folder} does not list ${name}; write or fetch the encoder again.`);
      return content;
    },
  };
};

/** What a folder says of itself, with none of its other files read. */
export const readEncoderManifest = (folder: string): Pick<EncoderFiles, 'manifest' | 'hash'> => {
  const bytes = readFile(folder, ENCODER_MANIFEST);
  return { manifest: parseEncoderManifest(bytes.toString('utf8'), join(folder, ENCODER_MANIFEST)), hash: sha256(bytes) };
};

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const checkedFile = (folder: string, file: EncoderManifest['files'][number]): Buffer => {
  const content = readFile(folder, file.name);
  const path = join(folder, file.name);
  if (content.length !== file.bytes)
    throw new EncoderError(
      `${path} has ${content.length} bytes, its manifest says ${file.bytes}; write or fetch the encoder again.`,
    );
  if (sha256(content) !== file.sha256)
    throw new EncoderError(`${path} is damaged (its hash differs); write or fetch the encoder again.`);
  return content;
};

const readFile = (folder: string, name: string): Buffer => {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new EncoderError(`${folder} holds no encoder: ${name} cannot be read (${reasonOf(cause)}).`, { cause });
  }
};
