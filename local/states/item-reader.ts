import { parseCsv } from './csv.ts';
import { fill, numberOf } from './io.ts';
import { isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { MapState } from './program.ts';
import type { Visit } from './runtime.ts';
import { BranchAbortedError, StatesError, untilAborted } from './states-error.ts';

const failed = (why: string): StatesError => new StatesError('States.ItemReaderFailed', why);

/** Reads a distributed Map's items from S3. @throws StatesError States.ItemReaderFailed */
export const readItems = async (visit: Visit<MapState>, reader: JsonObject): Promise<readonly Json[]> => {
  const template = reader['Arguments'] ?? reader['Parameters'] ?? {};
  const args = await fill(visit, template, visit.input, 'ItemReader');
  const config: JsonObject = isObject(reader['ReaderConfig']) ? reader['ReaderConfig'] : {};
  const path = config['MaxItemsPath'];
  const max = await numberOf(
    visit,
    'MaxItems',
    config['MaxItems'] as number | string | undefined,
    typeof path === 'string' ? path : undefined,
  );
  const bucketAndKey: JsonObject = isObject(args) ? args : {};
  try {
    const items = textOf(reader['Resource']).endsWith('listObjectsV2')
      ? await listObjects(visit, bucketAndKey, max)
      : await readObject(visit, bucketAndKey, config);
    return max ? items.slice(0, max) : items;
  } catch (error) {
    if (error instanceof StatesError || error instanceof BranchAbortedError) throw error;
    throw failed(error instanceof Error ? error.message : textOf(error));
  }
};

const callS3 = (visit: Visit, action: string, input: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> =>
  untilAborted(
    visit.runtime.dispatch({ caller: visit.frame.execution.machine.role, service: 's3', action, input }),
    visit.frame.signal,
  );

const listObjects = async (visit: Visit, args: JsonObject, max: number | undefined): Promise<readonly Json[]> => {
  const items: Json[] = [];
  for (let token: unknown; ;) {
    const page = await callS3(visit, 'ListObjectsV2', { ...args, ...(token === undefined ? {} : { ContinuationToken: token }) });
    const contents = Array.isArray(page['Contents']) ? (page['Contents'] as readonly Record<string, unknown>[]) : [];
    for (const { Key, Size, ETag, LastModified, StorageClass } of contents) {
      items.push({
        Etag: textOf(ETag ?? ''),
        Key: textOf(Key),
        LastModified: LastModified instanceof Date ? LastModified.getTime() / 1000 : ((LastModified ?? null) as Json),
        Size: Number(Size ?? 0),
        StorageClass: textOf(StorageClass ?? 'STANDARD'),
      });
    }
    token = page['NextContinuationToken'];
    const more = typeof token === 'string' && token !== '';
    if (!more || (max && items.length >= max)) return items;
  }
};

const readObject = async (visit: Visit, args: JsonObject, config: JsonObject): Promise<readonly Json[]> => {
  const { Body } = await callS3(visit, 'GetObject', args);
  const text = Body instanceof Uint8Array ? Buffer.from(Body).toString('utf8') : textOf(Body ?? '');
  const where = `s3://${textOf(args['Bucket'])}/${textOf(args['Key'])}`;
  if (config['InputType'] === 'CSV') return parseCsv(text, config);
  if (config['InputType'] === 'JSONL') {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    return lines.map((line, i) => readJson(line, `line ${i + 1} of ${where}`));
  }
  const items = readJson(text, where);
  if (!Array.isArray(items)) throw failed(`${where} holds no JSON array`);
  return items;
};

const readJson = (text: string, where: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw failed(`${where} is not JSON`);
  }
};
