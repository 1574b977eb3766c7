import { listOf, objectOf, optionalNumber, optionalText, textOf } from '../assembly/json.ts';
import type { JsonObject } from '../assembly/json.ts';
import { refuseUnknownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import type { RefusingLimit } from '../limit.ts';
import { refuseBeyond } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import type { Caller } from '../service.ts';
import { lambdaLimits } from './limits.ts';

/** A function as it was deployed. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** The function's role, under the function's own name in counts. */
  readonly caller: Caller;
  /** Folder of the unpacked code, `/var/task` on AWS. */
  readonly codeFolder: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logFormat: string;
  readonly reservedConcurrency?: number;
  /** Queue or topic that gets asynchronous events which failed to the end. */
  readonly deadLetterArn?: string;
}

export const functionProperties: PropertySupport = {
  actedOn: [
    'FunctionName',
    'Code',
    'Handler',
    'Runtime',
    'Timeout',
    'MemorySize',
    'Environment',
    'Role',
    'ReservedConcurrentExecutions',
    'DeadLetterConfig',
    'LoggingConfig',
    'PackageType',
  ],
  inert: {
    Description: 'a description',
    Tags: 'tags are for people and bills',
    Architectures: 'JavaScript runs on the machine that is there',
    TracingConfig: 'there is no tracing service to send to',
    KmsKeyArn: 'nothing is encrypted at rest: everything is in memory',
    EphemeralStorage: 'the temporary folder is the machine’s own',
    RuntimeManagementConfig: 'the runtime is the Node.js that runs the local cloud',
    RecursiveLoop: 'loops are not detected',
  },
};

export interface FunctionPlace {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly codeFolder: string;
}

/**
 * Reads the resolved properties of an `AWS::Lambda::Function`.
 * @throws UnsupportedError for another runtime than Node.js and for properties that are not carried out
 */
export const readFunctionDefinition = (properties: JsonObject, place: FunctionPlace): FunctionDefinition => {
  const where = `function ${place.logicalId}`;
  refuseUnknownProperties(where, properties, functionProperties);
  const runtime = optionalText(properties['Runtime'], `Runtime of ${where}`) ?? 'none';
  if (!runtime.startsWith('nodejs'))
    throw new UnsupportedError(`${where} has runtime ${runtime}; the local cloud runs Node.js only`);
  if ((properties['PackageType'] ?? 'Zip') !== 'Zip')
    throw new UnsupportedError(`${where} is a container image; only zip code runs here`);

  const variables = objectOf(objectOf(properties['Environment'], 'Environment')['Variables'], 'Environment.Variables');
  const logging = objectOf(properties['LoggingConfig'], 'LoggingConfig');
  const deadLetterArn = optionalText(objectOf(properties['DeadLetterConfig'], 'DeadLetterConfig')['TargetArn'], 'TargetArn');
  const reservedConcurrency = optionalNumber(properties['ReservedConcurrentExecutions'], 'ReservedConcurrentExecutions');
  const handler = textOf(properties['Handler'], `Handler of ${where}`);
  const timeoutSeconds = optionalNumber(properties['Timeout'], `Timeout of ${where}`) ?? 3;
  const memoryMb = optionalNumber(properties['MemorySize'], `MemorySize of ${where}`) ?? 128;
  const environment = Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, textOfVariable(value, key, where)]),
  );
  const environmentBytes = Object.entries(environment).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  refuseBeyond(lambdaLimits.functionName, place.name.length, `${where}: its name is too long`);
  refuseBeyond(lambdaLimits.handler, handler.length, `${where}: its handler is too long`);
  refuseBeyond(lambdaLimits.timeout, timeoutSeconds, `${where}: Timeout is ${timeoutSeconds}`);
  refuseBeyond(lambdaLimits.memory, memoryMb, `${where}: MemorySize is ${memoryMb}`);
  refuseBeyond(
    lambdaLimits.environment,
    environmentBytes,
    `${where}: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.`,
  );
  return {
    name: place.name,
    arn: place.arn,
    caller: {
      name: place.logicalId,
      principal: textOf(properties['Role'], `Role of ${where}`),
      assumedBy: 'lambda.amazonaws.com',
    },
    codeFolder: place.codeFolder,
    handler,
    runtime,
    timeoutSeconds,
    memoryMb,
    environment,
    logGroup: optionalText(logging['LogGroup'], 'LogGroup') ?? `/aws/lambda/${place.name}`,
    logFormat: optionalText(logging['LogFormat'], 'LogFormat') ?? 'Text',
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(deadLetterArn && { deadLetterArn }),
  };
};

const textOfVariable = (value: unknown, key: string, where: string): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(value, `variable ${key} of ${where}`);

/** What `AWS::Lambda::EventInvokeConfig` sets for asynchronous invocations. */
export interface AsyncInvokeSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccessArn?: string;
  readonly onFailureArn?: string;
}

export const defaultAsyncInvokeSettings: AsyncInvokeSettings = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 3600 };

export const readAsyncInvokeSettings = (properties: JsonObject, where: string): AsyncInvokeSettings => {
  refuseUnknownProperties(where, properties, eventInvokeConfigProperties);
  const destinations = objectOf(properties['DestinationConfig'], 'DestinationConfig');
  const destination = (of: string): string | undefined =>
    optionalText(objectOf(destinations[of], of)['Destination'], `${of}.Destination`);
  const onSuccessArn = destination('OnSuccess');
  const onFailureArn = destination('OnFailure');
  const { retryAttempts, eventAge } = lambdaLimits;
  const maximumRetryAttempts = optionalNumber(properties['MaximumRetryAttempts'], 'MaximumRetryAttempts') ?? retryAttempts.most;
  const maximumEventAgeSeconds =
    optionalNumber(properties['MaximumEventAgeInSeconds'], 'MaximumEventAgeInSeconds') ?? eventAge.most;
  refuseBeyond(retryAttempts, maximumRetryAttempts, `${where}: MaximumRetryAttempts is ${maximumRetryAttempts}`);
  refuseBeyond(eventAge, maximumEventAgeSeconds, `${where}: MaximumEventAgeInSeconds is ${maximumEventAgeSeconds}`);
  return {
    maximumRetryAttempts,
    maximumEventAgeSeconds,
    ...(onSuccessArn && { onSuccessArn }),
    ...(onFailureArn && { onFailureArn }),
  };
};

export const eventInvokeConfigProperties: PropertySupport = {
  actedOn: ['FunctionName', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
  inert: { Qualifier: 'there is $LATEST only' },
};

/** Settings of an `AWS::Lambda::EventSourceMapping` for a queue. */
export interface EventSourceSettings {
  readonly queueArn: string;
  readonly functionName: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
}

export const eventSourceMappingProperties: PropertySupport = {
  actedOn: [
    'EventSourceArn',
    'FunctionName',
    'Enabled',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
    'FunctionResponseTypes',
  ],
  inert: { Tags: 'tags are for people and bills', KmsKeyArn: 'filters, which it would encrypt, are refused' },
};

/** AWS starts with five pollers where no maximum is set. */
const defaultConcurrency = 5;

/**
 * Reads the resolved properties of an event source mapping.
 * @throws UnsupportedError for other sources than SQS and for properties that are not carried out, filters among them
 */
export const readEventSourceSettings = (properties: JsonObject, where: string): EventSourceSettings => {
  refuseUnknownProperties(where, properties, eventSourceMappingProperties);
  const queueArn = textOf(properties['EventSourceArn'], `EventSourceArn of ${where}`);
  if (queueArn.split(':')[2] !== 'sqs')
    throw new UnsupportedError(`${where} reads ${queueArn}; the local cloud polls SQS queues only`);
  const batchSize = optionalNumber(properties['BatchSize'], 'BatchSize') ?? 10;
  const batchingWindowSeconds =
    optionalNumber(properties['MaximumBatchingWindowInSeconds'], 'MaximumBatchingWindowInSeconds') ?? 0;
  const scaling = objectOf(properties['ScalingConfig'], 'ScalingConfig');
  const maximumConcurrency = optionalNumber(scaling['MaximumConcurrency'], 'MaximumConcurrency') ?? defaultConcurrency;
  const { batch, batchWithoutWindow, window, mappingConcurrency } = lambdaLimits;
  const hold = (limit: RefusingLimit, value: number, message: string): void =>
    refuseBeyond(limit, value, `${where}: ${message}, which AWS refuses`);
  hold(batch, batchSize, `BatchSize ${batchSize} is not within 1 to 10000`);
  if (batchingWindowSeconds < 1)
    hold(batchWithoutWindow, batchSize, `BatchSize ${batchSize} is over 10 without a MaximumBatchingWindowInSeconds`);
  hold(window, batchingWindowSeconds, `the batching window of ${batchingWindowSeconds} s is over 300`);
  if (scaling['MaximumConcurrency'] !== undefined)
    hold(mappingConcurrency, maximumConcurrency, `MaximumConcurrency ${maximumConcurrency} is not within 2 to 1000`);
  return {
    queueArn,
    functionName: textOf(properties['FunctionName'], `FunctionName of ${where}`),
    enabled: properties['Enabled'] !== false && properties['Enabled'] !== 'false',
    batchSize,
    batchingWindowSeconds,
    maximumConcurrency,
    reportsItemFailures: listOf(properties['FunctionResponseTypes'], 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
  };
};
