import type { FunctionDeath } from '../lambda/execution-environment.ts';
import type { Clock } from '../clock.ts';
import type { TouchedPartition } from '../dynamodb/touched-partitions.ts';
import { modelNotReady } from '../sagemaker/model-answer.ts';
import { AwsError } from '../service.ts';
import type { ApiCall, Dispatch } from '../service.ts';
import { checkNames, checkRule, matches } from './fault-rule.ts';
import type { Fault, FaultRule, KnownNames } from './fault-rule.ts';
import { createHotPartitions, defaultBudget } from './hot-partitions.ts';
import { refuseEntries } from './partial-failure.ts';
import { hashText, seededRandom } from './seeded.ts';
import type { Random } from './seeded.ts';
import { ConnectionLostError, internalErrorOf, throttlingOf } from './service-errors.ts';

/** How often a fault was met. */
export interface FaultCount {
  readonly kind: Fault['kind'];
  readonly service: string;
  readonly action: string;
  readonly caller: string;
  readonly count: number;
}

/** A rule that was added, and what came of it. */
export interface ListedFault {
  /** Counts up from 1; never given twice. */
  readonly id: number;
  readonly rule: FaultRule;
  /** Calls that the rule names. */
  readonly matched: number;
  /** Those of them that met the fault. */
  readonly fired: number;
}

/** Faults on request. Several rules may meet one call: the first added is the outermost. */
export interface Faults {
  /** @returns how to take the rule away again. @throws FaultRuleError */
  add(rule: FaultRule): () => void;
  list(): readonly ListedFault[];
  /** Names that rules may use. */
  knownNames(): KnownNames;
  /** Takes one rule away; false where there is none of that id. */
  remove(id: number): boolean;
  /** Takes every rule away and ends every latency and hanging; counts stay. */
  clear(): void;
  /** Faults since the start. */
  counts(): readonly FaultCount[];
}

export interface FaultPoint extends Faults {
  /** Sends a call to the service, through the faults that it meets. */
  readonly around: (call: ApiCall, proceed: Dispatch) => Promise<Record<string, unknown>>;
}

/** What faults lay hands on besides calls. */
export interface FaultTargets {
  /** Ends the environment that works on the invocation of that trace. */
  readonly killFunction: (traceId: string, death: FunctionDeath) => Promise<void>;
  /** Kills an endpoint's container. */
  readonly crashContainer: (endpointName: string) => Promise<void>;
  /** The partition keys of tables that a call reads or writes. */
  readonly partitionsOf: (call: ApiCall) => readonly TouchedPartition[];
  /** Refills the budgets of partition keys. */
  readonly clock: Pick<Clock, 'now'>;
  /** Names that rules may use, asked for whenever one is added. */
  readonly knownNames: () => KnownNames;
}

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  /** A generator for each caller and action, so that the order in which callers come changes nothing. */
  readonly randoms: Map<string, Random>;
  /** How many rules were added before it since the last `clear`. */
  readonly ordinal: number;
  matched: number;
  fired: number;
}

/** SageMaker's limit for an answer of a container. */
const containerLimitMs = 60_000;

export const createFaults = ({ killFunction, crashContainer, partitionsOf, clock, knownNames }: FaultTargets): FaultPoint => {
  let rules: readonly ActiveRule[] = [];
  let added = 0;
  let hot = createHotPartitions(clock);
  let ids = 0;
  const counts = new Map<string, { -readonly [K in keyof FaultCount]: FaultCount[K] }>();
  const waits = new Map<NodeJS.Timeout, () => void>();

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        waits.delete(timer);
        resolve();
      }, ms);
      waits.set(timer, resolve);
    });

  const count = (kind: Fault['kind'], { service, action, caller }: ApiCall): void => {
    const key = `${kind} ${service} ${action} ${caller.name}`;
    const counted = counts.get(key);
    if (counted) counted.count += 1;
    else counts.set(key, { kind, service, action, caller: caller.name, count: 1 });
  };

  const randomOf = ({ rule, randoms, ordinal }: ActiveRule, { caller, service, action }: ApiCall): Random => {
    const key = `${caller.name} ${service} ${action}`;
    const known = randoms.get(key);
    if (known) return known;
    const random = seededRandom(hashText(`${rule.seed ?? 0} ${ordinal} ${key}`));
    randoms.set(key, random);
    return random;
  };

  const meets = (active: ActiveRule, call: ApiCall): boolean => {
    const { rule } = active;
    if (!matches(rule, call) || active.fired >= (rule.times ?? Infinity)) return false;
    if (active.matched++ < (rule.skip ?? 0)) return false;
    if (randomOf(active, call)() >= (rule.rate ?? 1)) return false;
    active.fired++;
    return true;
  };

  const inflict = async (fault: Fault, call: ApiCall, proceed: Dispatch, random: Random): Promise<Record<string, unknown>> => {
    switch (fault.kind) {
      case 'error':
        throw new AwsError(fault.code, fault.message ?? `${fault.code} on request`, fault.status, fault.members);
      case 'throttle':
        throw throttlingOf(call.service);
      case 'internal-error':
        throw internalErrorOf(call.service);
      case 'latency':
        await wait(fault.ms);
        return proceed(call);
      case 'drop-request':
        throw new ConnectionLostError(call.service);
      case 'drop-response':
        await proceed(call);
        throw new ConnectionLostError(call.service);
      case 'repeat':
        await proceed(call);
        return proceed(call);
      case 'refuse-entries':
        return refuseEntries(call, proceed, fault.share, random);
      case 'ignore-delete':
        return pretendDeleted(call);
      case 'kill-function':
        // An error of the call itself is nobody's concern any more: who made it is gone either way.
        if (fault.when === 'after') await proceed(call).catch(() => undefined);
        await killFunction(call.traceId ?? '', fault.as ?? 'crash');
        throw new ConnectionLostError(call.service);
      case 'hot-partition':
        heat(fault, call);
        return proceed(call);
      case 'container':
        return disturbContainer(fault, call, proceed);
    }
  };

  const heat = ({ readUnits, writeUnits }: Extract<Fault, { kind: 'hot-partition' }>, call: ApiCall): void => {
    const budget = { readUnits: readUnits ?? defaultBudget.readUnits, writeUnits: writeUnits ?? defaultBudget.writeUnits };
    try {
      hot.spend(partitionsOf(call), budget);
    } catch (error) {
      count('hot-partition', call);
      throw error;
    }
  };

  const disturbContainer = async (
    fault: Extract<Fault, { kind: 'container' }>,
    call: ApiCall,
    proceed: Dispatch,
  ): Promise<Record<string, unknown>> => {
    if (fault.how === 'crash') {
      await crashContainer(String(call.input['EndpointName']));
      return proceed(call);
    }
    if (fault.how === 'out-of-memory') {
      // Whatever it may have answered in time counts for nothing: the container died of this request.
      const working = proceed(call).catch(() => undefined);
      await crashContainer(String(call.input['EndpointName']));
      await working;
      throw diedContainer();
    }
    if (fault.how === 'not-ready') throw modelNotReady(String(call.input['EndpointName']));
    if (fault.how === 'garbage') return { ...(await proceed(call)), Body: Buffer.from('\u0000<html>not what was asked for') };
    await wait(fault.ms ?? containerLimitMs);
    const message =
      'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.';
    throw new AwsError('ModelError', message, 424, { OriginalStatusCode: 0, OriginalMessage: message });
  };

  return {
    add: (rule) => {
      checkRule(rule);
      checkNames(rule, knownNames());
      const active: ActiveRule = { id: ++ids, rule, randoms: new Map(), ordinal: added++, matched: 0, fired: 0 };
      rules = [...rules, active];
      return () => {
        rules = rules.filter((other) => other !== active);
      };
    },
    knownNames,
    list: () => rules.map(({ id, rule, matched, fired }) => ({ id, rule, matched, fired })),
    remove: (id) => {
      const before = rules.length;
      rules = rules.filter((active) => active.id !== id);
      return rules.length < before;
    },
    clear: () => {
      rules = [];
      hot = createHotPartitions(clock);
      added = 0;
      for (const [timer, end] of waits) {
        clearTimeout(timer);
        end();
      }
      waits.clear();
    },
    counts: () => [...counts.values()].map((counted) => ({ ...counted })),
    around: (call, proceed) => {
      const met = rules.filter((active) => meets(active, call));
      if (met.length === 0) return proceed(call);
      return met.reduceRight<Dispatch>((inner, active) => {
        const { fault } = active.rule;
        return (passed) => {
          // A partition that is within its budget has met no fault.
          if (fault.kind !== 'hot-partition') count(fault.kind, passed);
          return inflict(fault, passed, inner, randomOf(active, passed));
        };
      }, proceed)(call);
    },
  };
};

const diedContainer = (): AwsError => {
  const original = 'socket hang up';
  const message = `Received server error (503) from primary with message "${original}".`;
  return new AwsError('ModelError', message, 424, { OriginalStatusCode: 503, OriginalMessage: original });
};

const pretendDeleted = ({ action, input }: ApiCall): Record<string, unknown> => {
  if (action === 'DeleteMessage') return {};
  const entries = (input['Entries'] ?? []) as readonly { readonly Id: string }[];
  return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
};
