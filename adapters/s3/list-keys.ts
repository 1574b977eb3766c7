import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

export interface Listing {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  /** Keys up to and including this one are left out. */
  readonly startAfter?: string;
}

/** All keys under a prefix in the order of their UTF-8 bytes, a page at a time as they are asked for. */
export async function* listKeys({ client, bucket, prefix, startAfter }: Listing): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: startAfter, ContinuationToken: token }),
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
