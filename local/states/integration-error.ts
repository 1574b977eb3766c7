import { AwsError, UnsupportedError } from '../service.ts';
import { StatesError } from './states-error.ts';

/** Service names as AWS SDK integrations put them before an error: those of the Java SDK's second version. */
const SDK_PREFIXES: Readonly<Record<string, string>> = {
  cloudwatch: 'CloudWatch',
  cloudwatchlogs: 'CloudWatchLogs',
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  iam: 'Iam',
  kms: 'Kms',
  lambda: 'Lambda',
  s3: 'S3',
  sagemaker: 'SageMaker',
  sagemakerruntime: 'SageMakerRuntime',
  scheduler: 'Scheduler',
  secretsmanager: 'SecretsManager',
  sfn: 'Sfn',
  sns: 'Sns',
  sqs: 'Sqs',
  ssm: 'Ssm',
  sts: 'Sts',
};

/** The same for optimized integrations, with the general exception of the Java SDK's first version. */
const OPTIMIZED_PREFIXES: Readonly<Record<string, readonly [prefix: string, general: string]>> = {
  dynamodb: ['DynamoDB', 'AmazonDynamoDBException'],
  events: ['EventBridge', 'AmazonEventBridgeException'],
  lambda: ['Lambda', 'AWSLambdaException'],
  sagemaker: ['SageMaker', 'AmazonSageMakerException'],
  sns: ['SNS', 'AmazonSNSException'],
  sqs: ['SQS', 'AmazonSQSException'],
  states: ['StepFunctions', 'AWSStepFunctionsException'],
};

/** Codes that any service may answer with and that its SDK has no class of its own for. */
const GENERAL_CODES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InternalFailure',
  'InvalidClientTokenId',
  'ServiceUnavailable',
  'SignatureDoesNotMatch',
  'Throttling',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

/** … except for these services, whose models list the code. */
const MODELLED: Readonly<Record<string, readonly string[]>> = {
  scheduler: ['ThrottlingException', 'ValidationException'],
  sagemakerruntime: ['InternalFailure', 'ServiceUnavailable', 'ValidationError'],
  sfn: ['ValidationException'],
  states: ['ValidationException'],
};

/**
 * The error by which a failed call is known in a definition, e.g. `S3.NoSuchKeyException`,
 * `SageMaker.ResourceLimitExceededException`; for codes without a class of their own the service's general exception,
 * e.g. `SageMaker.SageMakerException` (AWS SDK) and `SageMaker.AmazonSageMakerException` (optimized).
 * Source: developer guide, "Learning to use AWS service SDK integrations".
 */
export const integrationError = (kind: 'optimized' | 'sdk', service: string, error: unknown): Error => {
  if (error instanceof UnsupportedError || !(error instanceof AwsError)) {
    return error instanceof UnsupportedError
      ? new StatesError('States.Runtime', `Not run by this local cloud: ${error.message}`)
      : new StatesError('States.TaskFailed', error instanceof Error ? error.message : String(error));
  }
  const code = (error.code.split(/[.#]/).at(-1) ?? error.code).replace(/^NonExistentQueue$/, 'QueueDoesNotExist');
  const general = GENERAL_CODES.has(code) && !MODELLED[service]?.includes(code);
  const [prefix, generalName] =
    kind === 'sdk'
      ? [SDK_PREFIXES[service] ?? service, `${SDK_PREFIXES[service] ?? service}Exception`]
      : (OPTIMIZED_PREFIXES[service] ?? [service, 'Exception']);
  const name = general ? generalName : code.endsWith('Exception') ? code : `${code}Exception`;
  return new StatesError(
    `${prefix}.${name}`,
    `${error.message} (Service: ${prefix}, Status Code: ${error.status}, Error Code: ${code})`,
  );
};
