import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { EncoderError } from './encoder-error.ts';
import { readEncoderManifest } from './encoder-files.ts';
import type { EncoderFiles } from './encoder-files.ts';
import { ENCODER_MANIFEST } from './manifest.ts';
import { useLiteFolder } from './write-use-lite.ts';

/** Where `encoder add` puts encoders: one folder each, by name. */
export const ENCODERS = join(import.meta.dirname, '..', '..', 'encoders');

export const DEFAULT_ENCODER = 'use-lite';

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/u;

/** Whether an encoder may be called so, which is also the name of its folder. */
export const isEncoderName = (name: string): boolean => NAME.test(name) && !name.includes('..');

/**
 * The folder of an encoder that is installed; the default one is written where it is not there yet.
 * @throws EncoderError naming those that are
 */
export const encoderFolderOf = (name: string, encoders: string = ENCODERS): string => {
  if (name === DEFAULT_ENCODER) return useLiteFolder();
  const folder = join(encoders, name);
  if (isEncoderName(name) && existsSync(join(folder, ENCODER_MANIFEST))) return folder;
  throw new EncoderError(
    `There is no encoder "${name}"; there are ${[DEFAULT_ENCODER, ...namesIn(encoders)].join(', ')}. Add it with "encoder add".`,
  );
};

/** An encoder in the folder of encoders, or why it is none. */
export type InstalledEncoder = { readonly name: string; readonly folder: string } & (
  | ({ readonly kind: 'readable' } & Pick<EncoderFiles, 'manifest' | 'hash'>)
  | { readonly kind: 'broken'; readonly reason: string }
);

/** The default encoder and what is installed, by name; only their manifests are read. */
export const installedEncoders = (encoders: string = ENCODERS): readonly InstalledEncoder[] =>
  [DEFAULT_ENCODER, ...namesIn(encoders)].map((name) => {
    const folder = encoderFolderOf(name, encoders);
    try {
      return { kind: 'readable', name, folder, ...readEncoderManifest(folder) };
    } catch (cause) {
      return { kind: 'broken', name, folder, reason: reasonOf(cause) };
    }
  });

const namesIn = (encoders: string): readonly string[] =>
  existsSync(encoders)
    ? readdirSync(encoders)
        .filter((name) => isEncoderName(name) && name !== DEFAULT_ENCODER && existsSync(join(encoders, name, ENCODER_MANIFEST)))
        .sort()
    : [];
