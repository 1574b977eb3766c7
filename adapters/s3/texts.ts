import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { TextStore } from '../../core/ports.ts';

/** Texts that are too long for items and events, one object each. */
export const s3Texts = ({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): TextStore => ({
  async keep(ref, text) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: ref, Body: text, ContentType: 'text/plain; charset=utf-8' }));
  },
});
