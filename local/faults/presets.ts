import type { FaultRule } from './fault-rule.ts';

/** A fault that is worth trying, ready made. */
export interface FaultPreset {
  readonly what: string;
  readonly rule: FaultRule;
}

const invoking = { service: 'sagemaker', action: 'InvokeEndpoint' } as const;

/** Half of what most callers are ready to wait. */
const slowMs = 10_000;

/** Faults of production, by name. Rate, count, caller and the rest can be set on top. */
export const faultPresets: Readonly<Record<string, FaultPreset>> = {
  'throttled-table': { what: 'DynamoDB throttles', rule: { service: 'dynamodb', fault: { kind: 'throttle' } } },
  'lost-write': {
    what: 'an item is put, and the answer is lost',
    rule: { service: 'dynamodb', action: 'PutItem', fault: { kind: 'drop-response' } },
  },
  'part-of-batch': {
    what: 'DynamoDB leaves half of each batch of writes unprocessed',
    rule: { service: 'dynamodb', action: 'BatchWriteItem', fault: { kind: 'refuse-entries', share: 0.5 } },
  },
  'throttled-queue': { what: 'SQS throttles', rule: { service: 'sqs', fault: { kind: 'throttle' } } },
  'doubled-message': {
    what: 'a message is sent once and arrives twice',
    rule: { service: 'sqs', action: 'SendMessage', fault: { kind: 'repeat' } },
  },
  'undeleted-message': {
    what: 'SQS says that a message is deleted, and delivers it again',
    rule: { service: 'sqs', fault: { kind: 'ignore-delete' } },
  },
  'bus-down': {
    what: 'EventBridge fails',
    rule: { service: 'events', action: 'PutEvents', fault: { kind: 'internal-error' } },
  },
  'bus-partly-down': {
    what: 'EventBridge refuses half of the entries that it is given',
    rule: { service: 'events', action: 'PutEvents', fault: { kind: 'refuse-entries', share: 0.5 } },
  },
  'slow-storage': { what: 'S3 takes 2 s a request', rule: { service: 's3', fault: { kind: 'latency', ms: 2000 } } },
  'slow-endpoint': {
    what: `endpoints take ${slowMs / 1000} s longer`,
    rule: { ...invoking, fault: { kind: 'latency', ms: slowMs } },
  },
  'throttled-endpoint': { what: 'SageMaker throttles invocations', rule: { ...invoking, fault: { kind: 'throttle' } } },
  'cold-endpoint': {
    what: 'serverless endpoints are not ready (429)',
    rule: { ...invoking, fault: { kind: 'error', code: 'ModelNotReadyException', status: 429 } },
  },
  'endpoint-error': {
    what: 'containers answer with errors (424)',
    rule: { ...invoking, fault: { kind: 'error', code: 'ModelError', status: 424, members: { OriginalStatusCode: 500 } } },
  },
  'endpoint-dependency': {
    what: 'SageMaker fails inside (530)',
    rule: { ...invoking, fault: { kind: 'error', code: 'InternalDependencyException', status: 530 } },
  },
  'endpoint-hangs': { what: 'containers do not answer', rule: { ...invoking, fault: { kind: 'container', how: 'hang' } } },
  'endpoint-crashes': { what: 'containers are dead', rule: { ...invoking, fault: { kind: 'container', how: 'crash' } } },
  'endpoint-out-of-memory': {
    what: 'containers are killed while they work on a request',
    rule: { ...invoking, fault: { kind: 'container', how: 'out-of-memory' } },
  },
  'endpoint-garbage': {
    what: 'containers answer 200 with what is no answer',
    rule: { ...invoking, fault: { kind: 'container', how: 'garbage' } },
  },
  'killed-function': {
    what: 'functions die between a call and the rest of their work',
    rule: { fault: { kind: 'kill-function', when: 'after' } },
  },
  'function-timeout': {
    what: 'functions run out of time after a call',
    rule: { fault: { kind: 'kill-function', when: 'after', as: 'timeout' } },
  },
  'function-out-of-memory': {
    what: 'functions run out of memory before a call',
    rule: { fault: { kind: 'kill-function', when: 'before', as: 'out-of-memory' } },
  },
};
