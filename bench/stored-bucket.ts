import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';

const KEYS_A_PAGE = 1_000;

/**
 * A client whose bucket is a folder: it lists and reads the files, and forgets what is written. So what is measured is the reader with
 * Amazon's client, and no emulator in the same process.
 */
export const storedBucket = (folder: string): S3Client => {
  const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
  return new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    endpoint: 'http://bucket.invalid',
    forcePathStyle: true,
    requestHandler: {
      handle: (request: { readonly method: string; readonly path: string; readonly query: Record<string, unknown> }) => {
        const answer = (body: string | Uint8Array, headers: Record<string, string> = {}) => ({
          response: { statusCode: 200, headers, body: Readable.from([body]) },
        });
        const { method, path, query } = request;
        if (method === 'PUT') return Promise.resolve(answer('', { etag: '"part"' }));
        if (method === 'POST') return Promise.resolve(answer('<Result><UploadId>upload</UploadId></Result>'));
        if (query['list-type'] === undefined)
          return Promise.resolve(answer(readFileSync(join(folder, decodeURIComponent(path.split('/').slice(2).join('/'))))));
        const from = Number(query['continuation-token'] ?? 0);
        const page = keys.slice(from, from + KEYS_A_PAGE).map((key) => `<Contents><Key>${key}</Key></Contents>`);
        const next =
          from + KEYS_A_PAGE < keys.length ? `<NextContinuationToken>${from + KEYS_A_PAGE}</NextContinuationToken>` : '';
        return Promise.resolve(answer(`<ListBucketResult>${page.join('')}${next}</ListBucketResult>`));
      },
    },
  });
};
