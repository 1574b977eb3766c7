import type { Fault, FaultRule } from '@signalbox/local-cloud/faults/fault-rule.ts';
import type { Random } from '@signalbox/local-cloud/faults/seeded.ts';

import { SCORING_DEADLINE_MS } from './chaos-bench.ts';

type Where = Pick<FaultRule, 'service' | 'action'>;

const modelError = (status: number): Fault => ({
  kind: 'error',
  code: 'ModelError',
  status: 424,
  members: { OriginalStatusCode: status, OriginalMessage: 'on request' },
});

const everywhere: readonly Fault[] = [
  { kind: 'throttle' },
  { kind: 'internal-error' },
  { kind: 'drop-request' },
  { kind: 'drop-response' },
  { kind: 'latency', ms: 40 },
  { kind: 'kill-function', when: 'before' },
  { kind: 'kill-function', when: 'after' },
  { kind: 'kill-function', when: 'after', as: 'timeout' },
  { kind: 'kill-function', when: 'before', as: 'out-of-memory' },
];

/** What can go wrong where, and how much of it a run may have at most. */
const menu: readonly { readonly where: Where; readonly faults: readonly Fault[]; readonly most: number }[] = [
  { where: { service: 'dynamodb' }, faults: everywhere, most: 0.3 },
  { where: { service: 'dynamodb', action: 'PutItem' }, faults: everywhere, most: 0.6 },
  { where: { service: 'dynamodb', action: 'UpdateItem' }, faults: everywhere, most: 0.6 },
  { where: { service: 'dynamodb', action: 'BatchGetItem' }, faults: [{ kind: 'refuse-entries', share: 0.5 }], most: 0.6 },
  { where: { service: 'dynamodb', action: 'BatchWriteItem' }, faults: [{ kind: 'refuse-entries', share: 0.5 }], most: 0.6 },
  // So little that a ticket's own few writes heat its key up; other tickets go on meanwhile.
  { where: { service: 'dynamodb' }, faults: [{ kind: 'hot-partition', readUnits: 4, writeUnits: 2 }], most: 1 },
  {
    where: { service: 'events', action: 'PutEvents' },
    faults: [...everywhere, { kind: 'refuse-entries', share: 0.5 }, { kind: 'repeat' }],
    most: 0.7,
  },
  {
    where: { service: 'sqs', action: 'SendMessage' },
    faults: [...everywhere, { kind: 'repeat' }],
    most: 0.5,
  },
  {
    where: { service: 'sqs', action: 'DeleteMessageBatch' },
    faults: [{ kind: 'throttle' }, { kind: 'drop-response' }, { kind: 'ignore-delete' }, { kind: 'refuse-entries', share: 0.5 }],
    most: 0.5,
  },
  {
    where: { service: 'sqs', action: 'ReceiveMessage' },
    faults: [{ kind: 'internal-error' }, { kind: 'drop-response' }],
    most: 0.3,
  },
  { where: { service: 's3', action: 'PutObject' }, faults: everywhere, most: 0.5 },
  {
    where: { service: 'sagemaker', action: 'InvokeEndpoint' },
    faults: [
      ...everywhere,
      modelError(400),
      modelError(500),
      { kind: 'error', code: 'InternalDependencyException', status: 530 },
      { kind: 'error', code: 'ModelNotReadyException', status: 429 },
      { kind: 'error', code: 'ValidationError', status: 400, message: 'Endpoint of account 000000000000 not found.' },
      { kind: 'container', how: 'hang', ms: 1_500 },
      { kind: 'latency', ms: 1_500 },
      { kind: 'container', how: 'garbage' },
      { kind: 'container', how: 'crash' },
      { kind: 'container', how: 'out-of-memory' },
    ],
    most: 1,
  },
];

/** What the SDK or a cold start answers with seconds of wall time is met less often, or a run would be all waiting. */
const mostTimes: Readonly<Partial<Record<Fault['kind'], number>>> = {
  throttle: 8,
  'internal-error': 15,
  'drop-request': 12,
  'drop-response': 12,
  'refuse-entries': 12,
  'kill-function': 4,
  container: 6,
  // Calls that are within the budget count too.
  'hot-partition': 300,
};

export const pick = <T>(from: readonly T[], random: Random): T => {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

const mostTimesOf = (fault: Fault): number =>
  fault.kind === 'latency' && fault.ms > SCORING_DEADLINE_MS ? 4 : (mostTimes[fault.kind] ?? 60);

const rateOf = (fault: Fault, most: number, random: Random): number => {
  // A batch of ten makes dozens of calls: a function that dies at every tenth never ends one.
  if (fault.kind === 'kill-function') return 0.08;
  // A budget is used up by every call; the throttled ones are few of them.
  return fault.kind === 'hot-partition' ? 1 : 0.05 + random() * (most - 0.05);
};

/** One to four rules that meet the calls of these callers. */
export const chaosRules = (seed: number, callers: readonly string[], random: Random): readonly FaultRule[] =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const { where, faults, most } = pick(menu, random);
    const fault = pick(faults, random);
    const rate = rateOf(fault, most, random);
    return { ...where, caller: callers, rate, times: mostTimesOf(fault), seed, fault };
  });
