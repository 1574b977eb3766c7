import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EncoderManifest } from '../../model/encoder/manifest.ts';

/** What is printed of an encoder with --json. */
export interface EncoderDescription {
  readonly name: string;
  readonly version: string;
  readonly dimension: number;
  readonly hidden: Readonly<Record<string, number>>;
  readonly pooling: string;
  readonly prefix: string;
  readonly maxTokens: number;
  /** Whether the graph reads one text at a time. */
  readonly oneByOne: boolean;
  readonly languages: readonly string[];
  readonly licence: string;
  readonly bytes: number;
  readonly hash: string;
  readonly source: string;
  readonly folder: string;
}

export const describeEncoder = (folder: string, manifest: EncoderManifest, hash: string): EncoderDescription => ({
  name: manifest.name,
  version: manifest.version,
  dimension: manifest.dimension,
  hidden: Object.fromEntries(manifest.hidden.map(({ name, size }) => [name, size])),
  pooling: manifest.pooling,
  prefix: manifest.prefix,
  maxTokens: manifest.maxTokens,
  oneByOne: manifest.batching === 'single',
  languages: manifest.languages,
  licence: manifest.licence,
  bytes: manifest.files.reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0),
  hash,
  source: manifest.provenance.weights,
  folder,
});
