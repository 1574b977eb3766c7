import { type AttributeValue, attributeOf, type Item, setAttribute, typeOf } from './attribute-value.ts';
import type { KeyAttribute } from './expression/key-condition.ts';
import { encodeKey } from './key-encoding.ts';
import { dynamoDbLimits } from './limits.ts';
import type { IndexDefinition, KeyDefinition } from './table-definition.ts';
import { invalid, invalidParameter } from './validation.ts';

const MAX_HASH_BYTES = dynamoDbLimits.hashKey.most;
const MAX_SORT_BYTES = dynamoDbLimits.sortKey.most;

/** An item's key, encoded. */
export interface Key {
  readonly partition: string;
  readonly sort: string;
}

const keyBytes = (value: AttributeValue): number => {
  if ('S' in value) return Buffer.byteLength(value.S);
  return 'B' in value ? Buffer.byteLength(value.B, 'base64') : 0;
};

const emptyKind = (value: AttributeValue): string | undefined => {
  if ('S' in value && value.S === '') return 'string';
  return 'B' in value && value.B === '' ? 'binary' : undefined;
};

const encodeAttribute = (attribute: KeyAttribute, value: AttributeValue, limit: number): string => {
  const empty = emptyKind(value);
  if (empty) {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${attribute.name}`,
    );
  }
  if (keyBytes(value) > limit) {
    throw invalidParameter(
      limit === MAX_HASH_BYTES
        ? `Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`
        : `Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_BYTES} bytes`,
    );
  }
  return encodeKey(value);
};

const keyValue = (item: Item, attribute: KeyAttribute): AttributeValue => {
  const value = attributeOf(item, attribute.name);
  if (!value) throw invalidParameter(`Missing the key ${attribute.name} in the item`);
  if (typeOf(value) !== attribute.type) {
    throw invalidParameter(`Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`);
  }
  return value;
};

/** The key of an item that is to be stored. */
export const keyOfItem = (item: Item, { hash, sort }: KeyDefinition): Key => ({
  partition: encodeAttribute(hash, keyValue(item, hash), MAX_HASH_BYTES),
  sort: sort ? encodeAttribute(sort, keyValue(item, sort), MAX_SORT_BYTES) : '',
});

/** The key that a request's `Key` member names: exactly the key attributes, with their types. */
export const keyOfRequest = (given: Item, { hash, sort }: KeyDefinition): Key => {
  const matches = (attribute: KeyAttribute | undefined): boolean => {
    const value = attribute && attributeOf(given, attribute.name);
    return value !== undefined && typeOf(value) === attribute?.type;
  };
  if (Object.keys(given).length !== (sort ? 2 : 1) || !matches(hash) || (sort && !matches(sort))) {
    throw invalid('The provided key element does not match the schema');
  }
  return keyOfItem(given, { hash, sort });
};

/** Refuses an item whose index keys have a wrong type or are empty; items without them are just not in the index. */
export const checkIndexKeys = (item: Item, index: IndexDefinition): void => {
  for (const attribute of [index.key.hash, index.key.sort]) {
    const value = attribute && attributeOf(item, attribute.name);
    if (!value) continue;
    if (typeOf(value) !== attribute.type) {
      throw invalidParameter(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
    const empty = emptyKind(value);
    if (empty) {
      throw invalid(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ` +
          `The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${index.name}, IndexKey: ${attribute.name}`,
      );
    }
    if (keyBytes(value) > (attribute === index.key.hash ? MAX_HASH_BYTES : MAX_SORT_BYTES)) {
      throw invalidParameter(`Size of index key ${attribute.name} has exceeded the maximum size limit. IndexName: ${index.name}`);
    }
  }
};

/** An item's key in an index, undefined where the item lacks one of its attributes. */
export const keyInIndex = (item: Item, { hash, sort }: KeyDefinition): Key | undefined => {
  const hashValue = attributeOf(item, hash.name);
  const sortValue = sort && attributeOf(item, sort.name);
  if (!hashValue || (sort && !sortValue)) return undefined;
  return { partition: encodeKey(hashValue), sort: sortValue ? encodeKey(sortValue) : '' };
};

/** What orders entries of one index key: no two keys of a table have the same one. */
export const tieOf = ({ partition, sort }: Key): string => `${partition.length}:${partition}${sort}`;

/** The part of an item that is key attributes, of the table and, if given, of an index. */
export const keyAttributes = (item: Item, keys: readonly KeyDefinition[]): Item => {
  const part: Record<string, AttributeValue> = {};
  for (const { hash, sort } of keys) {
    for (const attribute of [hash, sort]) {
      const value = attribute && attributeOf(item, attribute.name);
      if (value) setAttribute(part, attribute.name, value);
    }
  }
  return part;
};
