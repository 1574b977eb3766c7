import { createHash } from 'node:crypto';
import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import { sqsLimits } from './limits.ts';

/** A message attribute as the JSON protocol carries it: binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a sender hands in, checked. */
export interface MessageContent {
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly groupId?: string;
  readonly bytes: number;
}

/** Anything but the characters that SQS takes: #x9 | #xA | #xD | #x20-#xD7FF | #xE000-#xFFFD | #x10000-#x10FFFF. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Checks the body and attributes of a message that is sent.
 * @throws AwsError with AWS's code where they break a rule or, together, exceed `maxBytes`
 */
export const readContent = (entry: Readonly<Record<string, unknown>>, maxBytes: number): MessageContent => {
  const body = entry['MessageBody'];
  if (typeof body !== 'string' || body === '') throw missingParameter('MessageBody');
  if (FORBIDDEN.test(body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  const attributes = readAttributes(entry['MessageAttributes']);
  const bytes = messageBytes(entry);
  if (bytes > maxBytes) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`);
  }
  const traceHeader = readTraceHeader(entry['MessageSystemAttributes']);
  const groupId = entry['MessageGroupId'];
  if (entry['MessageDeduplicationId'] !== undefined) {
    throw invalidParameter('The request includes parameter MessageDeduplicationId which is not valid for this queue type.');
  }
  return {
    body,
    bodyMd5: md5(body),
    attributes,
    bytes,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(typeof groupId === 'string' && { groupId }),
  };
};

const readAttributes = (value: unknown): MessageAttributes => {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(value as Readonly<Record<string, Readonly<Record<string, unknown>>>>);
  if (entries.length > sqsLimits.attributes.most) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${sqsLimits.attributes.most}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, attribute]) => [name, readAttribute(name, attribute)]));
};

const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)(?!(aws|amazon)\.)[\w.-]+(?<!\.)$/i;

const readAttribute = (name: string, attribute: Readonly<Record<string, unknown>>): MessageAttribute => {
  if (!ATTRIBUTE_NAME.test(name) || !isWithin(sqsLimits.attributeName, name.length))
    throw invalidParameter(`Message (user) attribute name '${name}' is invalid.`);
  const type = attribute['DataType'];
  const kind = typeof type === 'string' ? type.split('.')[0] : undefined;
  if (typeof type !== 'string' || (kind !== 'String' && kind !== 'Number' && kind !== 'Binary')) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  if (kind === 'Binary') {
    const binary = attribute['BinaryValue'];
    const base64 = binary instanceof Uint8Array ? Buffer.from(binary).toString('base64') : binary;
    if (typeof base64 !== 'string' || base64 === '') throw emptyAttribute(name, type);
    return { DataType: type, BinaryValue: base64 };
  }
  const text = attribute['StringValue'];
  if (typeof text !== 'string' || text === '') throw emptyAttribute(name, type);
  if (FORBIDDEN.test(text))
    throw new AwsError('InvalidMessageContents', `Message (user) attribute '${name}' holds invalid characters.`);
  if (kind === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { DataType: type, StringValue: text };
};

const emptyAttribute = (name: string, type: string): AwsError =>
  invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);

const readTraceHeader = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined;
  const attributes = value as Readonly<Record<string, { readonly StringValue?: string } | undefined>>;
  const unknown = Object.keys(attributes).find((name) => name !== 'AWSTraceHeader');
  if (unknown) throw invalidParameter(`Message system attribute name '${unknown}' is invalid.`);
  return attributes['AWSTraceHeader']?.StringValue;
};

/** What counts against the size limits: the body, and the attributes' names, types and values. */
export const messageBytes = (entry: Readonly<Record<string, unknown>>): number => {
  const attributes = (entry['MessageAttributes'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + sizeOf(name) + sizeOf(DataType) + sizeOf(StringValue) + sizeOf(BinaryValue, 'base64'),
    sizeOf(entry['MessageBody']),
  );
};

const sizeOf = (value: unknown, encoding: 'utf8' | 'base64' = 'utf8'): number => {
  if (typeof value === 'string') return Buffer.byteLength(value, encoding);
  return value instanceof Uint8Array ? value.byteLength : 0;
};

const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/**
 * The digest that SDKs compare.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export const attributesMd5 = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const attribute = attributes[name]!;
    const isBinary = attribute.BinaryValue !== undefined;
    const value = isBinary ? Buffer.from(attribute.BinaryValue ?? '', 'base64') : Buffer.from(attribute.StringValue ?? '');
    return [sized(Buffer.from(name)), sized(Buffer.from(attribute.DataType)), Buffer.from([isBinary ? 2 : 1]), sized(value)];
  });
  return md5(Buffer.concat(parts));
};

const sized = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Keeps the attributes that a receiver asked for: names, `prefix.*`, `All` or `.*`. */
export const selectAttributes = (attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes => {
  if (wanted.length === 0) return {};
  if (wanted.includes('All') || wanted.includes('.*')) return attributes;
  const isWanted = (name: string): boolean =>
    wanted.some((pattern) => (pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
};
