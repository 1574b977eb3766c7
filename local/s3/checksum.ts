import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../service.ts';
import { type Input, optionalString } from './input.ts';

/** Checksums of an object by member name, e.g. `ChecksumCRC32`, base64. */
export type Checksums = Readonly<Record<string, string>>;

const CRC32C_POLYNOMIAL = 0x82f63b78;
// CRC-64/NVME, reflected, as two halves.
const CRC64_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC32C_POLYNOMIAL : crc >>> 1;
  return crc;
});

const crc64Tables = (() => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let [upper, lower] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const odd = lower & 1;
      lower = (lower >>> 1) | ((upper & 1) << 31);
      upper >>>= 1;
      if (odd) {
        upper ^= CRC64_POLYNOMIAL.high;
        lower ^= CRC64_POLYNOMIAL.low;
      }
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  return { high, low };
})();

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const crc32c = (bytes: Uint8Array): Buffer => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] as number);
  return uint32(~crc);
};

const crc64 = (bytes: Uint8Array): Buffer => {
  let [high, low] = [0xffffffff, 0xffffffff];
  for (const byte of bytes) {
    const at = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Tables.low[at] as number);
    high = (high >>> 8) ^ (crc64Tables.high[at] as number);
  }
  return Buffer.concat([uint32(~high), uint32(~low)]);
};

const hash =
  (algorithm: string) =>
  (bytes: Uint8Array): Buffer =>
    createHash(algorithm).update(bytes).digest();

const ALGORITHMS: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  ChecksumCRC32: (bytes) => uint32(crc32(bytes)),
  ChecksumCRC32C: crc32c,
  ChecksumCRC64NVME: crc64,
  ChecksumSHA1: hash('sha1'),
  ChecksumSHA256: hash('sha256'),
};

/** Members of requests that carry a checksum of the body. */
export const CHECKSUM_MEMBERS: readonly string[] = [...Object.keys(ALGORITHMS), 'ChecksumAlgorithm', 'ContentMD5'];

export const md5Hex = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/**
 * The checksums that a request gives of its body.
 * @throws AwsError BadDigest if one does not match it
 */
export const verifyChecksums = (input: Input, body: Uint8Array): Checksums => {
  const md5 = optionalString(input, 'ContentMD5');
  if (md5 !== undefined && Buffer.from(md5Hex(body), 'hex').toString('base64') !== md5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const given: Record<string, string> = {};
  for (const [member, compute] of Object.entries(ALGORITHMS)) {
    const expected = optionalString(input, member);
    if (expected === undefined) continue;
    if (compute(body).toString('base64') !== expected) {
      throw new AwsError(
        'BadDigest',
        `The ${member.replace('Checksum', '')} you specified did not match the calculated checksum.`,
      );
    }
    given[member] = expected;
  }
  return given;
};
