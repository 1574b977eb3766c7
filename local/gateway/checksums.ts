import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../service.ts';

const crc32Base64 = (body: Uint8Array): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
};
const digest =
  (algorithm: string) =>
  (body: Uint8Array): string =>
    createHash(algorithm).update(body).digest('base64');

/** The checksum headers that are verified, and the member that each is. The SDK's default is CRC32. */
const CHECKSUMS: readonly { readonly name: string; readonly member: string; readonly compute: (body: Uint8Array) => string }[] = [
  { name: 'x-amz-checksum-crc32', member: 'ChecksumCRC32', compute: crc32Base64 },
  { name: 'x-amz-checksum-sha1', member: 'ChecksumSHA1', compute: digest('sha1') },
  { name: 'x-amz-checksum-sha256', member: 'ChecksumSHA256', compute: digest('sha256') },
];

/** What clients say about a checksum that is itself none. */
const NOT_A_CHECKSUM: ReadonlySet<string> = new Set(['x-amz-checksum-mode', 'x-amz-checksum-algorithm', 'x-amz-checksum-type']);

/**
 * Verifies a body against the checksums that came with it and returns them as members.
 * @throws AwsError `BadDigest` where one differs, `NotImplemented` for an algorithm that is not known here
 */
export const verifyChecksums = (
  body: Uint8Array,
  values: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> => {
  const md5 = values['content-md5'];
  if (md5 !== undefined && md5 !== digest('md5')(body)) throw badDigest('Content-MD5');
  const members: Record<string, string> = {};
  for (const name of Object.keys(values)) {
    if (!name.startsWith('x-amz-checksum-') || NOT_A_CHECKSUM.has(name)) continue;
    const checksum = CHECKSUMS.find((candidate) => candidate.name === name);
    if (!checksum) throw new AwsError('NotImplemented', `The local cloud cannot verify ${name}; use CRC32, SHA1 or SHA256.`, 501);
    if (checksum.compute(body) !== values[name]) throw badDigest(name);
    members[checksum.member] = values[name];
  }
  return members;
};

const badDigest = (what: string): AwsError =>
  new AwsError('BadDigest', `The ${what} you specified did not match the calculated checksum.`);
