import type { FunctionDeath } from '../lambda/execution-environment.ts';
import { suggestion } from '../near-matches.ts';
import type { ApiCall } from '../service.ts';

/** What goes wrong. */
export type Fault =
  /** This error, and no effect. */
  | {
      readonly kind: 'error';
      readonly code: string;
      /** @default 400 */
      readonly status?: number;
      readonly message?: string;
      /** Further members of the error's shape, e.g. `OriginalStatusCode`. */
      readonly members?: Readonly<Record<string, unknown>>;
    }
  /** The service's own error for a request over its limits, and no effect. */
  | { readonly kind: 'throttle' }
  /** The service's own error for a failure of its own, and no effect. */
  | { readonly kind: 'internal-error' }
  /** Wall time, as functions and their timeouts run on it; then the call goes its way. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The connection breaks before anything happened. */
  | { readonly kind: 'drop-request' }
  /** The effect takes place, and the connection breaks before the answer. Services that call each other see an internal error. */
  | { readonly kind: 'drop-response' }
  /** The effect takes place twice, as at-least-once delivery may have it. */
  | { readonly kind: 'repeat' }
  /** Of a batch, each entry fails with this probability; the others take effect. For batches of SQS, SNS, DynamoDB and PutEvents. */
  | { readonly kind: 'refuse-entries'; readonly share: number }
  /** SQS says that messages are deleted, and delivers them again: it is rare, and allowed. */
  | { readonly kind: 'ignore-delete' }
  /**
   * A partition key of DynamoDB that uses more units a second than it may is throttled. The clock refills its budget.
   * Units are told from the requests alone: a large item that is read counts as a small one.
   */
  | { readonly kind: 'hot-partition'; readonly readUnits?: number; readonly writeUnits?: number }
  /** The function that makes the call dies of it: its environment is gone, and the rest of its work is not done. */
  | { readonly kind: 'kill-function'; readonly when: 'before' | 'after'; readonly as?: FunctionDeath }
  /**
   * For InvokeEndpoint. `hang`: no answer until SageMaker's limit, or `ms` of wall time; `crash`: the container is dead when the request
   * comes; `out-of-memory`: it is killed while it works on the request; either way it comes up again. `garbage`: it answers 200 with
   * what is no answer; `not-ready`: the model is still being brought up, and the container is not asked.
   */
  | { readonly kind: 'container'; readonly how: ContainerFault; readonly ms?: number };

export type ContainerFault = 'hang' | 'crash' | 'out-of-memory' | 'garbage' | 'not-ready';

/** Which calls meet a fault. What is left out matches everything. */
export interface FaultRule {
  /** As IAM writes it: `sqs`, `dynamodb`, … */
  readonly service?: string;
  readonly action?: string;
  /** Name of the caller, as counts are kept under. */
  readonly caller?: string | readonly string[];
  /** Part of the name, URL or ARN of the queue, table, bucket, bus, endpoint, function or state machine. */
  readonly resource?: string;
  /** Probability, 0 to 1. @default 1 */
  readonly rate?: number;
  /** Matching calls that are let pass first. @default 0 */
  readonly skip?: number;
  /** Faults after which the rule is spent. @default no limit */
  readonly times?: number;
  /** Decides which calls it hits: the n-th call of one caller to one action always fares the same. @default 0 */
  readonly seed?: number;
  readonly fault: Fault;
}

/** Thrown for a rule that could never do what it says. */
export class FaultRuleError extends Error {
  override readonly name = 'FaultRuleError';
  readonly retryable = false;
}

/** Actions that a fault makes sense for; those without an entry are for every action. */
const actionsOf: Readonly<Partial<Record<Fault['kind'], Readonly<Record<string, readonly string[]>>>>> = {
  'refuse-entries': {
    sqs: ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
    sns: ['PublishBatch'],
    events: ['PutEvents'],
    dynamodb: ['BatchWriteItem', 'BatchGetItem'],
  },
  'ignore-delete': { sqs: ['DeleteMessage', 'DeleteMessageBatch'] },
  container: { sagemaker: ['InvokeEndpoint'] },
  'hot-partition': {
    dynamodb: [
      'GetItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'Query',
      'BatchGetItem',
      'BatchWriteItem',
      'TransactGetItems',
      'TransactWriteItems',
    ],
  },
};

const isProbability = (value: number): boolean => value >= 0 && value <= 1;

/** What there is to name in a rule. */
export interface KnownNames {
  /** Actions by service. */
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly callers: ReadonlySet<string>;
}

/** @throws FaultRuleError naming what is near, where a service, action or caller does not exist: such a rule would never meet a call */
export const checkNames = ({ service, action, caller }: FaultRule, { actions, callers }: KnownNames): void => {
  if (service !== undefined && !actions.has(service))
    throw new FaultRuleError(`there is no service ${service}; ${suggestion(service, actions.keys())}`);
  const known = service === undefined ? [...actions.values()].flatMap((names) => [...names]) : [...(actions.get(service) ?? [])];
  if (action !== undefined && !known.includes(action))
    throw new FaultRuleError(`there is no action ${action}${service ? ` of ${service}` : ''}; ${suggestion(action, known)}`);
  for (const name of [caller ?? []].flat()) {
    if (!callers.has(name)) throw new FaultRuleError(`nobody here is called ${name}; ${suggestion(name, callers)}`);
  }
};

/** @throws FaultRuleError */
export const checkRule = ({ service, action, rate = 1, fault }: FaultRule): void => {
  if (!isProbability(rate)) throw new FaultRuleError(`rate is ${rate}; it is a probability, 0 to 1`);
  if (fault.kind === 'refuse-entries' && !isProbability(fault.share))
    throw new FaultRuleError(`share is ${fault.share}; it is a probability, 0 to 1`);
  const actions = actionsOf[fault.kind];
  if (!actions) return;
  const known = Object.entries(actions).flatMap(([name, list]) => list.map((each) => `${name}:${each}`));
  const wanted = known.filter(
    (each) => each.startsWith(`${service ?? each.split(':')[0]}:`) && (action === undefined || each.endsWith(`:${action}`)),
  );
  if (wanted.length === 0)
    throw new FaultRuleError(
      `${fault.kind} is for ${known.join(', ')}, not for ${service ?? 'any service'}:${action ?? 'any action'}`,
    );
};

export const matches = (rule: FaultRule, call: ApiCall): boolean =>
  (rule.service === undefined || rule.service === call.service) &&
  (rule.action === undefined || rule.action === call.action) &&
  (rule.caller === undefined || [rule.caller].flat().includes(call.caller.name)) &&
  (rule.resource === undefined || namesOf(call).some((name) => name.includes(rule.resource ?? ''))) &&
  (actionsOf[rule.fault.kind]?.[call.service]?.includes(call.action) ?? actionsOf[rule.fault.kind] === undefined) &&
  // Only what a function's own code calls can be its death; its poller calls in its name.
  (rule.fault.kind !== 'kill-function' || call.traceId !== undefined);

const naming = [
  'QueueUrl',
  'TableName',
  'Bucket',
  'TopicArn',
  'FunctionName',
  'EndpointName',
  'TrainingJobName',
  'ModelName',
  'stateMachineArn',
  'executionArn',
  'Name',
];

const namesOf = ({ input }: ApiCall): readonly string[] => {
  const single = naming.map((member) => input[member]).filter((value) => typeof value === 'string');
  const tables = Object.keys((input['RequestItems'] as object | undefined) ?? {});
  const buses = Array.isArray(input['Entries'])
    ? input['Entries'].map((entry: unknown) => (entry as { EventBusName?: unknown } | null)?.EventBusName)
    : [];
  const transacted = Array.isArray(input['TransactItems'])
    ? input['TransactItems'].flatMap((item: unknown) =>
        Object.values(item ?? {}).map((action: unknown) => (action as { TableName?: unknown } | null)?.TableName),
      )
    : [];
  return [
    ...single,
    ...tables,
    ...transacted.filter((table) => typeof table === 'string'),
    ...buses.filter((bus) => typeof bus === 'string'),
  ];
};
