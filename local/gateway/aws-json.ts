import { AwsError } from '../service.ts';
import type { Codec, Decoded, HttpRequest } from './protocol.ts';
import { doesNotMatch, header, otherRegion, parseJsonObject } from './protocol.ts';

/** The prefix of X-Amz-Target, and the service as IAM writes it. */
const SERVICE_BY_TARGET: Readonly<Record<string, string>> = {
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  AWSEvents: 'events',
  AWSStepFunctions: 'states',
  SageMaker: 'sagemaker',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'cloudwatch',
  AWSSecretsManager: 'secretsmanager',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  TrentService: 'kms',
};

/** SQS was a query API before; its clients still read these codes, so AWS sends both. */
const SQS_QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

const decode = (request: HttpRequest): Decoded => {
  const target = header(request, 'x-amz-target') ?? '';
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, dot);
  return {
    service: SERVICE_BY_TARGET[prefix] ?? prefix,
    action: target.slice(dot + 1),
    input: parseJsonObject(request.body),
  };
};

/** AWS JSON 1.0 and 1.1: one path, the action in a header, members as they are. */
export const awsJson: Codec = {
  decode,
  encode: (decoded, result, requestId) => ({
    status: 200,
    headers: { 'content-type': contentType(decoded.service), 'x-amzn-requestid': requestId },
    body: JSON.stringify(result),
  }),
  encodeError: (error, requestId, request, decoded) => {
    const isSqs = decoded?.service === 'sqs' || header(request, 'x-amz-target')?.startsWith('AmazonSQS.');
    const queryCode = SQS_QUERY_CODES[error.code] ?? error.code;
    return {
      status: error.status,
      headers: {
        'content-type': contentType(decoded?.service),
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
        ...(isSqs && { 'x-amzn-query-error': `${queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` }),
      },
      body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
    };
  },
  unknownKey: new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403),
  missingKey: new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403),
  wrongSignature: doesNotMatch('InvalidSignatureException'),
  otherRegion,
};

const JSON_1_0: ReadonlySet<string | undefined> = new Set(['sqs', 'dynamodb', 'states']);

const contentType = (service: string | undefined): string =>
  JSON_1_0.has(service) ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
