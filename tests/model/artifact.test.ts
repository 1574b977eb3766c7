import { mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackArchive } from '../../model/archive.ts';
import { kindOfArtifact, readArtifact, sealArtifact, writeArtifact } from '../../model/artifact.ts';
import type { Artifact } from '../../model/artifact.ts';
import { loadClustering } from '../../model/clustering-model.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { ArtifactError } from '../../model/errors.ts';
import { CODE_VERSION, FORMAT_VERSION } from '../../model/manifest.ts';
import { loadRouting, openRouting } from '../../model/routing-model.ts';
import { temporaryFolder } from '../support/model-folders.ts';
import { tarEntry, tarGzip } from '../support/tar.ts';
import { defaultEncoder, teamExamples, trainTeams } from '../support/trained-routing.ts';

let artifact: Artifact;
let encoder: Encoder;
beforeAll(async () => {
  encoder = await defaultEncoder();
  artifact = await trainTeams({ version: '12', examples: teamExamples(40) });
});

const written = (): string => {
  const folder = temporaryFolder();
  writeArtifact(folder, artifact);
  return folder;
};

/** An artifact as plain text, since files come as any kind of byte array. */
const inspect = ({ manifest, files }: Artifact): unknown => ({
  manifest,
  files: [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
});

const changeManifest = (folder: string, change: (manifest: Record<string, unknown>) => void): void => {
  const path = join(folder, 'manifest.json');
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
};

/** The sentence of the refusal. */
const refusalOf = (action: () => unknown): string => {
  try {
    action();
  } catch (thrown) {
    return sentenceOf(thrown);
  }
  return 'not refused';
};

/** The same of what loads a model. */
const refusalToLoad = (folder: string): Promise<string> => loadRouting(folder, encoder).then(() => 'not refused', sentenceOf);

const sentenceOf = (thrown: unknown): string => {
  if (thrown instanceof ArtifactError) return thrown.message;
  throw thrown;
};

describe('an artifact', () => {
  test('is read as it was written', async () => {
    const folder = written();
    expect(inspect(readArtifact(folder, 'routing'))).toEqual(inspect(artifact));
    expect(kindOfArtifact(folder)).toBe('routing');
    expect((await loadRouting(folder, encoder)).manifest.version).toBe('12');
  });

  test('names the hash of its data, its seed, and the version of the program that trained it', () => {
    const { version }: { readonly version: string } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    );
    expect(CODE_VERSION).toBe(version);
    expect(artifact.manifest).toMatchObject({
      createdFrom: { dataHash: expect.stringMatching(/^[0-9a-f]{64}$/u) },
      codeVersion: version,
    });
    expect(artifact.manifest.seed).toEqual(expect.any(Number));
  });

  test('is read out of a model.tar.gz, at whatever depth object storage left it', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    const source = written();
    const files = readdirSync(source).map((name) => ({ name, content: readFileSync(join(source, name)) }));
    writeFileSync(join(folder, 'a', 'b', 'model.tar.gz'), tarGzip(files));
    expect(inspect(readArtifact(folder, 'routing'))).toEqual(inspect(artifact));
  });

  test('a flipped bit in any file is found', async () => {
    for (const { name } of artifact.manifest.files) {
      const folder = written();
      const bytes = readFileSync(join(folder, name));
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(join(folder, name), bytes);
      expect(await refusalToLoad(folder)).toMatch(new RegExp(`${name} of .* is damaged`, 'u'));
    }
  });

  test('a truncated file is found', async () => {
    const folder = written();
    truncateSync(join(folder, 'idf.f32'), 8);
    expect(await refusalToLoad(folder)).toMatch(/idf\.f32 of .* has 8 bytes, its manifest says \d+/u);
  });

  test('a missing file is found', async () => {
    const folder = written();
    rmSync(join(folder, 'words.txt'));
    expect(await refusalToLoad(folder)).toMatch(/lacks the file words\.txt/u);
  });

  test('a later format is refused with what to do', async () => {
    const folder = written();
    changeManifest(folder, (manifest) => (manifest['formatVersion'] = FORMAT_VERSION + 1));
    expect(await refusalToLoad(folder)).toBe(
      `manifest.json has format version ${FORMAT_VERSION + 1}; this program reads version ${FORMAT_VERSION}. ` +
        'Train the model again, or run the program that wrote it.',
    );
  });

  test('what another program wrote is refused', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'manifest.json'), '{"name":"an app","icons":[]}');
    expect(await refusalToLoad(folder)).toBe(
      'manifest.json says no format version, so this is no model of this program; name another folder.',
    );
  });

  test('a model of another kind is refused', () => {
    const folder = written();
    expect(refusalOf(() => loadClustering(folder))).toMatch(/holds a routing model; a clustering model is needed/u);
    changeManifest(folder, (manifest) => (manifest['kind'] = 'forecast'));
    expect(refusalOf(() => kindOfArtifact(folder))).toMatch(/"kind" is "forecast"/u);
  });

  test('a model that was trained with another encoder is refused', async () => {
    const folder = written();
    changeManifest(folder, (manifest) => (manifest['encoder'] = { name: 'mystery', version: '3', hash: 'abc' }));
    expect(await refusalToLoad(folder)).toMatch(/trained with the encoder mystery 3 \(abc\), and this is use-lite/u);
  });

  test('an embedding of another size than the manifest says is refused', async () => {
    const folder = written();
    changeManifest(folder, (manifest) => (manifest['embedding'] = { ...artifact.manifest.embedding, dimension: 3 }));
    expect(await refusalToLoad(folder)).toMatch(/has embeddings of \d+ values, the manifest says 3; the model is damaged/u);
  });

  test.each(['version', 'createdFrom', 'seed', 'codeVersion', 'encoder', 'embedding', 'heads', 'topics', 'metrics', 'files'])(
    'a manifest without "%s" is refused by name',
    async (field) => {
      const folder = written();
      changeManifest(folder, (manifest) => delete manifest[field]);
      expect(await refusalToLoad(folder)).toMatch(new RegExp(`"${field}" must be`, 'u'));
    },
  );

  test('a manifest that is no JSON, a folder without one, and no folder are refused', async () => {
    const folder = written();
    writeFileSync(join(folder, 'manifest.json'), '{"formatVersion":');
    expect(await refusalToLoad(folder)).toMatch(/is not JSON/u);
    expect(await refusalToLoad(temporaryFolder())).toMatch(
      /holds no model: expected manifest\.json or one model\.tar\.gz, found neither/u,
    );
    expect(await refusalToLoad(join(folder, 'nowhere'))).toMatch(/cannot be read/u);
  });

  test('files that are whole but do not fit together are refused, whichever of them it is', async () => {
    const weights = [...artifact.files].filter(([name]) => !/\.(?:md|svg)$/u.test(name));
    expect(weights.length).toBeGreaterThan(15);
    for (const [name, bytes] of weights) {
      const shorter = name.endsWith('.txt') || name.endsWith('.jsonl') ? bytes.slice(bytes.indexOf(10) + 1) : bytes.slice(0, -4);
      const files = new Map([...artifact.files, [name, shorter] as const]);
      const refusal = await openRouting(sealArtifact(artifact.manifest, files), encoder).then(() => 'not refused', sentenceOf);
      expect(`${name}: ${refusal}`).toMatch(/ (?:do not fit|for|the manifest says) .*the model is damaged/u);
    }
  });

  test('a file that the manifest does not list is missed by name', async () => {
    for (const name of ['space-0.basis.f32', 'space-terms.features.u32', 'past.f32', 'past.jsonl', 'head-0.inner.f32']) {
      const files = new Map([...artifact.files].filter(([each]) => each !== name));
      const refusal = await openRouting(sealArtifact(artifact.manifest, files), encoder).then(() => 'not refused', sentenceOf);
      expect(refusal).toBe(`The manifest does not list ${name}, which this kind of model needs.`);
    }
  });
});

describe('an archive', () => {
  const content = Buffer.from('content');
  const unpack = (...entries: readonly Buffer[]): ReadonlyMap<string, Uint8Array> =>
    unpackArchive(gzipSync(Buffer.concat([...entries, Buffer.alloc(1_024)])), 'model.tar.gz');

  test('may name the current folder', () => {
    expect([...unpack(tarEntry({ name: './', type: '5' }), tarEntry({ name: './a.f32', content })).keys()]).toEqual(['a.f32']);
  });

  test.each(['../escape', '/etc/passwd', 'a/b', '..', '.hidden', 'a\\b'])('the name %s is refused', (name) => {
    expect(refusalOf(() => unpack(tarEntry({ name, content })))).toMatch(/plain names and no folders/u);
  });

  test.each(['1', '2', '3', '5', 'L'])('an entry of type %s is refused', (type) => {
    expect(refusalOf(() => unpack(tarEntry({ name: 'link', type })))).toMatch(/is not a regular file/u);
  });

  test('an extended header may give times, but neither names nor sizes', () => {
    const extended = (record: string): Buffer => tarEntry({ name: 'header', type: 'x', content: Buffer.from(record) });
    expect([...unpack(extended('20 mtime=1700000000\n'), tarEntry({ name: 'a.f32', content })).keys()]).toEqual(['a.f32']);
    expect(refusalOf(() => unpack(extended('18 path=../escape\n'), tarEntry({ name: 'a.f32', content })))).toMatch(
      /is not a regular file/u,
    );
  });

  test('a damaged, truncated or foreign one is refused', () => {
    const whole = tarGzip([{ name: 'a.f32', content: Buffer.alloc(2_000, 7) }]);
    expect(refusalOf(() => unpackArchive(whole.subarray(0, whole.length - 9), 'model.tar.gz'))).toMatch(/cannot be unpacked/u);
    expect(refusalOf(() => unpackArchive(Buffer.from('PK'), 'model.tar.gz'))).toMatch(/cannot be unpacked/u);
    const entry = tarEntry({ name: 'a.f32', content: Buffer.alloc(2_000) });
    expect(refusalOf(() => unpackArchive(gzipSync(entry.subarray(0, 1_024)), 'model.tar.gz'))).toMatch(
      /truncated: a\.f32 ends early/u,
    );
    expect(refusalOf(() => unpackArchive(gzipSync(entry), 'model.tar.gz'))).toMatch(
      /truncated: the end of the archive is missing/u,
    );
    entry[0] = 98;
    expect(refusalOf(() => unpack(entry))).toMatch(/checksum differs/u);
  });
});
