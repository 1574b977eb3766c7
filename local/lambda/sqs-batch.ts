/** One message as `ReceiveMessage` returns it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64, as on the wire, or the bytes themselves. */
  readonly BinaryValue?: string | Uint8Array;
}

/** The event that Lambda makes of a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const sqsEventOf = (messages: readonly ReceivedMessage[], queueArn: string, region: string): string =>
  JSON.stringify({ Records: messages.map((message) => recordOf(message, queueArn, region)) });

const recordOf = (message: ReceivedMessage, queueArn: string, region: string): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [name, attributeOf(attribute)]),
  ),
  ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: region,
});

const attributeOf = ({ DataType, StringValue, BinaryValue }: MessageAttribute): object => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && {
    binaryValue: typeof BinaryValue === 'string' ? BinaryValue : Buffer.from(BinaryValue).toString('base64'),
  }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

/**
 * The messages that are deleted after a function returned: with `ReportBatchItemFailures` all but those it names. A response that
 * cannot be read, or names a message that is not in the batch, fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @param payload what the function returned, as JSON
 */
export const succeededOf = (
  messages: readonly ReceivedMessage[],
  payload: string,
  reportsItemFailures: boolean,
): readonly ReceivedMessage[] => {
  if (!reportsItemFailures) return messages;
  const failed = failedIdsIn(JSON.parse(payload));
  if (!failed) return [];
  const known = new Set(messages.map((message) => message.MessageId));
  return failed.every((id) => known.has(id)) ? messages.filter((message) => !failed.includes(message.MessageId)) : [];
};

/** Undefined if the response cannot be read. */
const failedIdsIn = (response: unknown): readonly string[] | undefined => {
  if (response === null) return [];
  if (typeof response !== 'object') return undefined;
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
};

/** Cuts a batch so that each part's event stays within the invocation limit. */
export const splitBySize = (messages: readonly ReceivedMessage[], maxBytes: number): readonly (readonly ReceivedMessage[])[] => {
  const parts: ReceivedMessage[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    // JSON escapes at most double the usual text, and the record around it is under 2 KB.
    const size =
      Buffer.byteLength(JSON.stringify(message.Body)) + Buffer.byteLength(JSON.stringify(message.MessageAttributes ?? {})) + 2048;
    if (bytes + size > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(message);
    bytes += size;
  }
  return parts;
};
