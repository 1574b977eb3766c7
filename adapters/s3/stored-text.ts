import { DeleteObjectCommand, GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

/** A text that was kept under that key; undefined where it is gone. */
export const readStoredText = async (
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
  key: string,
): Promise<string | undefined> => {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** Takes it away; that it is gone already is no failure. */
export const deleteStoredText = async (
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
  key: string,
): Promise<void> => {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
};
