import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ARCHIVE_LIMITS, unpackArchive } from '../../../cli/encoder/unpack-archive.ts';
import type { ArchiveLimits } from '../../../cli/encoder/unpack-archive.ts';
import { UserError } from '../../../cli/user-error.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { zipOf } from '../../support/zip.ts';
import type { ZipEntry } from '../../support/zip.ts';

const everything = (): boolean => true;

const unpacked = async (
  archive: readonly ZipEntry[] | Uint8Array,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<{ readonly into: string; readonly around: string; readonly refusal: string | undefined }> => {
  const around = temporaryFolder();
  const path = join(around, 'model.jar');
  writeFileSync(path, archive instanceof Uint8Array ? archive : zipOf(archive));
  const into = join(around, 'deep', 'source');
  const thrown: unknown = await unpackArchive(path, into, everything, limits).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown !== undefined) expect(thrown).toBeInstanceOf(UserError);
  return { into, around, refusal: thrown instanceof UserError ? thrown.message : undefined };
};

describe('an archive', () => {
  test('gives the files that are chosen, and names all of them', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.whl');
    const entries = [
      { name: 'package/model.onnx', content: 'graph' },
      { name: 'package/', content: '' },
      { name: 'package/code.py', content: 'import os' },
    ];
    writeFileSync(path, zipOf(entries));
    const names = await unpackArchive(path, join(folder, 'out'), (name) => name.endsWith('.onnx'));
    expect(names).toEqual(['package/model.onnx', 'package/code.py']);
    expect(readFileSync(join(folder, 'out', 'package', 'model.onnx'), 'utf8')).toBe('graph');
    expect(readdirSync(join(folder, 'out', 'package'))).toEqual(['model.onnx']);
  });

  test.each(['../outside.onnx', 'a/../../outside.onnx', '/outside.onnx', '..\\outside.onnx', 'C:/outside.onnx'])(
    'with a file %s is refused, and nothing is written outside',
    async (name) => {
      const { around, refusal } = await unpacked([{ name, content: 'x' }]);
      expect(refusal).toMatch(/model.jar is refused: an entry leads out of the folder/u);
      expect(existsSync(join(around, 'deep', 'outside.onnx'))).toBe(false);
      expect(existsSync(join(around, 'outside.onnx'))).toBe(false);
    },
  );

  test('with a symbolic link is refused', async () => {
    const { refusal, into } = await unpacked([{ name: 'model.onnx', content: '/etc/passwd', mode: 0o120777 }]);
    expect(refusal).toMatch(/"model.onnx" in it is a symbolic link/u);
    expect(existsSync(into)).toBe(false);
  });

  test('whose file grows out of all proportion is refused before it is unpacked', async () => {
    const { refusal, into } = await unpacked([{ name: 'model.onnx', content: Buffer.alloc(5_000_000) }]);
    expect(refusal).toMatch(/"model.onnx" in it grows to 5000000 bytes from \d+, which no weights do/u);
    expect(existsSync(into)).toBe(false);
  });

  test('whose files are too many, or too large together, is refused', async () => {
    const entries = Array.from({ length: 3 }, (_, at) => ({ name: `${at}.onnx`, content: 'x'.repeat(100) }));
    expect((await unpacked(entries, { ...ARCHIVE_LIMITS, entries: 2 })).refusal).toMatch(/has 3 entries, and 2 are allowed/u);
    expect((await unpacked(entries, { ...ARCHIVE_LIMITS, bytes: 250 })).refusal).toMatch(/larger than 250 bytes together/u);
  });

  test('that lies about the size of a file is refused', async () => {
    const { refusal } = await unpacked([{ name: 'model.onnx', content: 'x'.repeat(5_000), said: { size: 10 } }]);
    expect(refusal).toMatch(/it is damaged \(.*too many bytes/u);
  });

  test('whose content is not that of its checksum is refused', async () => {
    const { refusal } = await unpacked([{ name: 'model.onnx', content: 'weights', said: { crc32: 1 } }]);
    expect(refusal).toMatch(/the checksum of "model.onnx" differs/u);
  });

  test('with a file twice is refused', async () => {
    const { refusal } = await unpacked([
      { name: 'model.onnx', content: 'one' },
      { name: 'model.onnx', content: 'other' },
    ]);
    expect(refusal).toMatch(/holds "model.onnx" twice/u);
  });

  test('that is truncated, or none, is refused', async () => {
    const whole = zipOf([{ name: 'model.onnx', content: 'x'.repeat(5_000) }]);
    expect((await unpacked(whole.subarray(0, whole.length - 30))).refusal).toMatch(/it is no whole zip archive/u);
    expect((await unpacked(Buffer.from('<html>not found</html>'))).refusal).toMatch(/it is no whole zip archive/u);
  });
});
