import type { LocalCloud } from '../cloud.ts';
import type { AttributeValue, Item } from '../dynamodb/attribute-value.ts';
import type { ScanStart } from '../dynamodb/partitions.ts';
import type { Table } from '../dynamodb/table.ts';
import type { KeyDefinition } from '../dynamodb/table-definition.ts';
import { suggestion } from '../near-matches.ts';
import { ControlError } from './errors.ts';
import { findNamed } from './find-named.ts';
import type { Asked, BucketView, ItemsView, MessageView, Named, ObjectsView, QueueView, TableView } from './operations.ts';

/** The part of a cloud that holds things. */
type Holder = Pick<LocalCloud, 'engines' | 'outputs'>;

const iso = (ms: number): string => new Date(ms).toISOString();
/** Keys of the outputs that name something: by its name alone, or at the end of a URL or an ARN. */
const outputsNaming = ({ outputs }: Holder, name: string): readonly string[] =>
  Object.values(outputs).flatMap((ofStack) =>
    Object.entries(ofStack).flatMap(([key, value]) =>
      value === name || value.endsWith(`/${name}`) || value.endsWith(`:${name}`) ? [key] : [],
    ),
  );

const namesOf = ({ name, outputs }: Named): readonly string[] => [name, ...outputs];

const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** Most that one answer holds. */
export const MOST_MESSAGES = 1000;
export const MOST_ITEMS = 1000;
export const MOST_OBJECTS = 1000;

export const queueViews = (cloud: Holder): readonly QueueView[] => {
  const { sqs } = cloud.engines;
  return sqs.queueArns().map((arn) => {
    const name = nameOfArn(arn);
    const { visible, delayed, inFlight } = sqs.inspect(arn);
    return {
      name,
      outputs: outputsNaming(cloud, name),
      visible,
      delayed,
      inFlight,
      deadLettersOf: sqs.sourcesOf(arn).map(nameOfArn),
    };
  });
};

export const messagesView = (
  cloud: Holder,
  name: string,
  max: number,
): QueueView & { readonly messages: readonly MessageView[] } => {
  const queue = findNamed('queue', name, queueViews(cloud), namesOf);
  const arn = cloud.engines.sqs.queueArns().find((each) => nameOfArn(each) === queue.name) ?? '';
  const messages = cloud.engines.sqs
    .peek(arn, max)
    .flatMap(({ id, state, sentAt, receiveCount, content }): readonly MessageView[] =>
      state === 'gone' ? [] : [{ id, state, sentAt: iso(sentAt), receiveCount, body: content.body }],
    );
  return { ...queue, messages };
};

const keyNames = ({ hash, sort }: KeyDefinition): readonly string[] => [hash.name, ...(sort ? [sort.name] : [])];

export const tableViews = (cloud: Holder): readonly TableView[] => {
  const { dynamodb } = cloud.engines;
  const units = dynamodb.units();
  return dynamodb.tables().map(({ definition, size }) => ({
    name: definition.name,
    outputs: outputsNaming(cloud, definition.name),
    items: size.items,
    bytes: size.bytes,
    key: keyNames(definition.key),
    indexes: definition.indexes.map(({ name, key }) => ({ name, key: keyNames(key) })),
    readUnits: units.get(definition.name)?.read ?? 0,
    writeUnits: units.get(definition.name)?.write ?? 0,
  }));
};

/** A page of a table's items, read past the API: it consumes nothing, and no fault or policy meets it. */
export const itemsView = (cloud: Holder, asked: Asked<'items'> & { readonly max: number }): ItemsView => {
  const { name: tableName } = findNamed('table', asked.table, tableViews(cloud), namesOf);
  const table = cloud.engines.dynamodb.tables().find(({ definition }) => definition.name === tableName);
  if (!table) throw new ControlError(`there is no table ${tableName}`, 404);
  const { definition, partitions } = table;
  const wanted = Object.entries(asked.key ?? {});
  refuseOtherNames(
    definition,
    wanted.map(([name]) => name),
  );
  const items: Item[] = [];
  let last: ScanStart | undefined;
  for (const entry of partitions.scan(asked.after === undefined ? undefined : readPlace(asked.after))) {
    if (!wanted.every(([name, value]) => textOf(entry.item[name]) === value)) continue;
    if (items.length === asked.max) return { table: definition.name, items, ...(last && { after: writePlace(last) }) };
    items.push(entry.item);
    last = { partition: entry.partition, after: { sort: entry.sort, tie: entry.tie } };
  }
  return { table: definition.name, items };
};

const refuseOtherNames = ({ name, key, indexes }: Table['definition'], wanted: readonly string[]): void => {
  const known = new Set([key, ...indexes.map((index) => index.key)].flatMap(keyNames));
  const other = wanted.find((each) => !known.has(each));
  if (other !== undefined) throw new ControlError(`${other} is no key of ${name}; ${suggestion(other, known)}`);
};

const textOf = (value: AttributeValue | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if ('S' in value) return value.S;
  if ('N' in value) return value.N;
  return 'B' in value ? value.B : undefined;
};

const writePlace = ({ partition, after: { sort, tie } }: ScanStart): string =>
  Buffer.from(JSON.stringify([partition, sort, tie])).toString('base64url');

const readPlace = (text: string): ScanStart => {
  try {
    const [partition, sort, tie] = JSON.parse(Buffer.from(text, 'base64url').toString()) as readonly unknown[];
    if (typeof partition === 'string' && typeof sort === 'string' && typeof tie === 'string')
      return { partition, after: { sort, tie } };
  } catch {
    // Told below.
  }
  throw new ControlError(`after is "${text}"; it must be what the page before gave`);
};

export const bucketViews = (cloud: Holder): readonly BucketView[] => {
  const { s3 } = cloud.engines;
  return s3.buckets().map((name) => {
    const objects = s3.inspect(name);
    return {
      name,
      outputs: outputsNaming(cloud, name),
      objects: objects.length,
      bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  });
};

/** A page of a bucket's keys in their order; `after` is the last key of the page before. */
export const objectsView = (cloud: Holder, asked: Asked<'objects'> & { readonly max: number }): ObjectsView => {
  const { name: bucket } = findNamed('bucket', asked.bucket, bucketViews(cloud), namesOf);
  const { prefix = '', after = '' } = asked;
  const found = cloud.engines.s3.inspect(bucket).filter(({ key }) => key.startsWith(prefix) && key > after);
  const objects = found.slice(0, asked.max);
  const last = objects.at(-1);
  return { bucket, objects, ...(last && found.length > objects.length && { after: last.key }) };
};
