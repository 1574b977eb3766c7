import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { Usage } from '../../core/cost/cost-of.ts';

/** What a local cloud has counted so far of what AWS would bill. */
export interface CloudCounters {
  readonly invocations: number;
  readonly gbSeconds: number;
  /** Requests of SQS, without those of people. */
  readonly sqsRequests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly s3Puts: number;
  readonly s3Gets: number;
  readonly endpointCalls: number;
  readonly endpointBytes: number;
  readonly tableBytes: number;
}

/** Requests of these names are people's and tools', not the journey's. */
const PEOPLE: ReadonlySet<string> = new Set(['operator', 'test']);

export const readCounters = (cloud: Pick<LocalCloud, 'counts' | 'engines'>): CloudCounters => {
  const calls = cloud.counts().filter(({ caller }) => !PEOPLE.has(caller));
  const sum = (service: string, actions?: readonly string[]): number =>
    calls
      .filter((one) => one.service === service && (!actions || actions.includes(one.action)))
      .reduce((total, { count }) => total + count, 0);
  const functions = cloud.engines.lambda.inspect();
  const units = [...cloud.engines.dynamodb.units().values()];
  return {
    invocations: functions.reduce((total, { invocations }) => total + invocations, 0),
    gbSeconds: functions.reduce((total, { durationMs, memoryMb }) => total + (durationMs / 1000) * (memoryMb / 1024), 0),
    sqsRequests: sum('sqs'),
    readUnits: units.reduce((total, { read }) => total + read, 0),
    writeUnits: units.reduce((total, { write }) => total + write, 0),
    s3Puts: sum('s3', ['PutObject', 'ListObjectsV2']),
    s3Gets: sum('s3', ['GetObject']),
    endpointCalls: sum('sagemaker', ['InvokeEndpoint']),
    endpointBytes: calls
      .filter(({ service, action }) => service === 'sagemaker' && action === 'InvokeEndpoint')
      .reduce((total, { bytesIn }) => total + bytesIn, 0),
    tableBytes: cloud.engines.dynamodb.tables().reduce((total, { size }) => total + size.bytes, 0),
  };
};

/** What is assumed where the local cloud cannot count. Every value is printed with the estimate. */
export interface UsageAssumptions {
  /** Seconds that an endpoint computes a call: a laptop's says nothing of SageMaker's. */
  readonly endpointSecondsPerCall: number;
  /** Traces that X-Ray records an invocation: all of them up to one a second, one in twenty beyond. */
  readonly tracesPerInvocation: number;
}

/** Bytes of an answer of an endpoint for each byte of its request: embeddings and explanations come back. */
const ANSWER_BYTES_PER_BYTE = 10;
/** A line or two for each outcome, and what Lambda writes of an invocation. */
const LOG_BYTES_PER_INVOCATION = 1_500;
/** A ticket's events in the log, packed. */
const LOG_OBJECT_BYTES = 2_000;
const GB = 1e9;

/** Usage of one ticket, from what was counted while so many went the whole way, outcome included. */
export const ticketUsageBetween = (
  before: CloudCounters,
  after: CloudCounters,
  tickets: number,
  { endpointSecondsPerCall, tracesPerInvocation }: UsageAssumptions,
): Usage => {
  const each = (counter: keyof CloudCounters): number => (after[counter] - before[counter]) / tickets;
  const tableGb = each('tableBytes') / GB;
  return {
    lambdaRequests: each('invocations'),
    lambdaGbSeconds: each('gbSeconds'),
    // The support tool's own two: one for the ticket, one for its outcome.
    sqsRequests: each('sqsRequests') + 2,
    // ticket.routed and ticket.learned.
    busEvents: 2,
    dynamoReadUnits: each('readUnits'),
    dynamoWriteUnits: each('writeUnits'),
    dynamoGbMonths: tableGb,
    dynamoBackupGbMonths: tableGb,
    endpointSeconds: each('endpointCalls') * endpointSecondsPerCall,
    endpointGb: (each('endpointBytes') * (1 + ANSWER_BYTES_PER_BYTE)) / GB,
    s3Puts: each('s3Puts'),
    s3Gets: each('s3Gets'),
    s3GbMonths: LOG_OBJECT_BYTES / GB,
    logGb: (each('invocations') * LOG_BYTES_PER_INVOCATION) / GB,
    traces: each('invocations') * tracesPerInvocation,
  };
};
