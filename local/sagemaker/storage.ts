import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Caller, Dispatch } from '../service.ts';

/** SageMaker's access to S3, with the role that a job or model was given. */
export interface Storage {
  read(caller: Caller, uri: string): Promise<Uint8Array>;
  write(caller: Caller, uri: string, body: Uint8Array): Promise<void>;
  /** Copies every object whose key starts with the prefix, as a channel does; returns how many there were. */
  download(caller: Caller, prefixUri: string, folder: string): Promise<number>;
}

export const createStorage = (dispatch: Dispatch): Storage => {
  const call = (caller: Caller, action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
    dispatch({ caller, service: 's3', action, input });

  const read: Storage['read'] = async (caller, uri) => {
    const { bucket, key } = parseS3Uri(uri);
    const { Body } = await call(caller, 'GetObject', { Bucket: bucket, Key: key });
    return Body as Uint8Array;
  };

  return {
    read,
    write: async (caller, uri, body) => {
      const { bucket, key } = parseS3Uri(uri);
      await call(caller, 'PutObject', { Bucket: bucket, Key: key, Body: body });
    },
    download: async (caller, prefixUri, folder) => {
      const { bucket, key: prefix } = parseS3Uri(prefixUri);
      let count = 0;
      let token: unknown;
      do {
        const page = await call(caller, 'ListObjectsV2', {
          Bucket: bucket,
          Prefix: prefix,
          ...(token !== undefined && { ContinuationToken: token }),
        });
        for (const { Key } of (page['Contents'] ?? []) as { Key: string }[]) {
          if (Key.endsWith('/')) continue;
          const path = join(folder, pathInChannel(prefix, Key));
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, await read(caller, `s3://${bucket}/${Key}`));
          count++;
        }
        token = page['NextContinuationToken'];
      } while (token !== undefined);
      return count;
    },
  };
};

const parseS3Uri = (uri: string): { readonly bucket: string; readonly key: string } => {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (!bucket) throw new Error(`${uri} is no s3:// address`);
  return { bucket, key };
};

/** A prefix that names a folder gives the paths below it; one that names an object, or the start of names, gives their last part. */
export const pathInChannel = (prefix: string, key: string): string => {
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  return key.startsWith(folder) ? key.slice(folder.length) : key.slice(prefix.lastIndexOf('/') + 1);
};
