import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive } from './archive.ts';
import { ArtifactError, reasonOf } from './errors.ts';
import { parseManifest } from './manifest.ts';
import type { Manifest, ModelKind } from './manifest.ts';
import { byCodeUnits } from './random.ts';
import type { ArtifactFiles } from './stages.ts';

const MANIFEST = 'manifest.json';
const ARCHIVE = 'model.tar.gz';

/** A trained model: what is known of it, and its weights. */
export interface Artifact {
  readonly manifest: Manifest;
  readonly files: ArtifactFiles;
}

/** Puts the files' sizes and hashes into the manifest. */
export const sealArtifact = (manifest: Omit<Manifest, 'files'>, files: ArtifactFiles): Artifact => {
  const sorted = [...files].sort(([left], [right]) => byCodeUnits(left, right));
  return {
    manifest: { ...manifest, files: sorted.map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })) },
    files: new Map(sorted),
  };
};

/** Writes the artifact's files into a folder, which is made where it is missing. */
export const writeArtifact = (folder: string, artifact: Artifact): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of artifact.files) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(artifact.manifest, null, 2)}\n`);
};

/**
 * Reads an artifact of the given kind from a folder that holds either its files or a `model.tar.gz` of them, at any depth (object
 * storage keeps the folders above it).
 * @throws ArtifactError where it is missing, damaged, truncated, of a later format or of another kind
 */
export const readArtifact = (folder: string, kind: ModelKind): Artifact => {
  const names = listFiles(folder);
  if (names.includes(MANIFEST))
    return openFiles(new Map(names.map((name) => [name, readFileSync(join(folder, name))])), kind, folder);
  const archives = names.filter((name) => name === ARCHIVE || name.endsWith(`/${ARCHIVE}`));
  if (archives.length !== 1)
    throw new ArtifactError(
      `${folder} holds no model: expected ${MANIFEST} or one ${ARCHIVE}, found ${archives.length === 0 ? 'neither' : `${archives.length} archives`}.`,
    );
  const archive = join(folder, archives[0]!);
  return openFiles(unpackArchive(readFileSync(archive), archive), kind, archive);
};

/** The same from files in memory; `where` is named in messages. */
export const openFiles = (files: ReadonlyMap<string, Uint8Array>, kind: ModelKind, where: string): Artifact => {
  const source = files.get(MANIFEST);
  if (source === undefined) throw new ArtifactError(`${where} has no ${MANIFEST}; it is not a model artifact.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(source).toString('utf8'));
  } catch (cause) {
    throw new ArtifactError(`${MANIFEST} of ${where} is not JSON (${reasonOf(cause)}); fetch or train the model again.`, {
      cause,
    });
  }
  const manifest = parseManifest(parsed);
  if (manifest.kind !== kind) throw new ArtifactError(`${where} holds a ${manifest.kind} model; a ${kind} model is needed.`);
  const checked = manifest.files.map(({ name, bytes, sha256: expected }): readonly [string, Uint8Array] => {
    const content = files.get(name);
    if (content === undefined) throw new ArtifactError(`${where} lacks the file ${name}; fetch or train the model again.`);
    if (content.length !== bytes)
      throw new ArtifactError(`${name} of ${where} has ${content.length} bytes, its manifest says ${bytes}; fetch it again.`);
    if (sha256(content) !== expected)
      throw new ArtifactError(`${name} of ${where} is damaged (its hash differs); fetch it again.`);
    return [name, content];
  });
  return { manifest, files: new Map(checked) };
};

/** The kind that a folder's manifest names, before the rest is read. */
export const kindOfArtifact = (folder: string): ModelKind => {
  const path = join(folder, MANIFEST);
  if (!listFiles(folder).includes(MANIFEST))
    throw new ArtifactError(`${folder} has no ${MANIFEST}; put an unpacked model there.`);
  try {
    return parseManifest(JSON.parse(readFileSync(path, 'utf8'))).kind;
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    throw new ArtifactError(`${path} is not JSON (${reasonOf(cause)}); fetch or train the model again.`, { cause });
  }
};

/** @throws ArtifactError where the file is not listed */
export const fileOf = (artifact: Artifact, name: string): Uint8Array => {
  const bytes = artifact.files.get(name);
  if (bytes === undefined) throw new ArtifactError(`The manifest does not list ${name}, which this kind of model needs.`);
  return bytes;
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const listFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.replace(/\/+$/u, '').length + 1)
          .replaceAll('\\', '/'),
      );
  } catch (cause) {
    throw new ArtifactError(`${folder} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
};
