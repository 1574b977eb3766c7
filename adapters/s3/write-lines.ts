import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';

/** A part has at least 5 MiB, and an object at most 10,000 parts. */
const PART_BYTES = 8 * 1_048_576;

export interface LinesTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
}

/**
 * Writes lines as one object, in memory for one part of it: a small object in one request, a large one in parts, each of which the
 * client can send again.
 * @param onBytes told what is written, in its order
 */
export const writeLines = async (
  { client, bucket, key }: LinesTarget,
  lines: Iterable<string>,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> => {
  const target = { Bucket: bucket, Key: key };
  const parts: CompletedPart[] = [];
  let uploadId: string | undefined;
  const upload = async (body: Buffer): Promise<void> => {
    uploadId ??= (await client.send(new CreateMultipartUploadCommand({ ...target, ContentType: 'application/jsonl' }))).UploadId;
    const part = { PartNumber: parts.length + 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...target, ...part, UploadId: uploadId, Body: body }));
    parts.push({ ...part, ETag });
  };
  try {
    for (const { body, isLast } of partsOf(lines)) {
      onBytes(body);
      if (isLast && uploadId === undefined) {
        await client.send(new PutObjectCommand({ ...target, Body: body, ContentType: 'application/jsonl' }));
        return;
      }
      await upload(body);
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId: uploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    // What is left of it is removed by the bucket's own rule, should this fail too.
    if (uploadId !== undefined)
      await client.send(new AbortMultipartUploadCommand({ ...target, UploadId: uploadId })).catch(() => undefined);
    throw error;
  }
};

function* partsOf(lines: Iterable<string>): Generator<{ readonly body: Buffer; readonly isLast: boolean }> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    // A part is passed on when the next line comes, so that the last one is known to be.
    if (bytes >= PART_BYTES) {
      yield { body: Buffer.concat(held), isLast: false };
      held = [];
      bytes = 0;
    }
    const encoded = Buffer.from(`${line}\n`);
    held.push(encoded);
    bytes += encoded.length;
  }
  yield { body: Buffer.concat(held), isLast: true };
}
