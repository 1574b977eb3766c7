import type { S3Client } from '@aws-sdk/client-s3';
import { encodedHistorySchema } from '../../core/retrain/announce-encoding.ts';
import type { EncodedHistory } from '../../core/retrain/announce-encoding.ts';
import { listKeys } from './list-keys.ts';
import { readStoredText } from './stored-text.ts';

/** What trainings write among their checkpoints; the name is that of model/encodings/encoded-history.ts. */
const ENCODED_HISTORY = 'encoded.json';

/** What the last training has left behind under a prefix; undefined where none has, or where it cannot be read. */
export const readEncodedHistory = async (
  data: { readonly client: S3Client; readonly bucket: string },
  prefix: string,
): Promise<EncodedHistory | undefined> => {
  const key = prefix + ENCODED_HISTORY;
  // Asked for in a listing: who may list under prefixes alone is refused an object that is not there.
  const [found] = await Array.fromAsync(listKeys({ ...data, prefix: key }));
  const text = found === key ? await readStoredText(data, key) : undefined;
  if (text === undefined) return undefined;
  try {
    return encodedHistorySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
