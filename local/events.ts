import { knownProperties } from './assembly/property-support.ts';
import type { PropertySupport } from './assembly/property-support.ts';
import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from './clock.ts';
import type { BusEvent } from './events/event.ts';
import { eventsLimits } from './events/limits.ts';
import { compilePattern } from './events/pattern.ts';
import { busName, readEntries, readEntry } from './events/put-events.ts';
import { Deliveries, deliveryErrorCode, type DeliveryFailure } from './events/retries.ts';
import { readRule, type Rule } from './events/rule.ts';
import { callerFor, deliveryCall, queueUrl, type RuleTarget } from './events/target.ts';
import { renderTargetInput } from './events/target-input.ts';
import { refuseUnknownProperties } from './known-properties.ts';
import { refuseBeyond } from './limit.ts';
import { nextTimeMs, resumeTimeMs, type ScheduleExpression } from './scheduler/expression.ts';
import { AwsError, UnsupportedError, type Dispatch, type Service } from './service.ts';
import { forgetful, type State } from './state/state.ts';

export interface EventBridgeOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  readonly log?: (line: string) => void;
  /** @default nothing outlives the run */
  readonly state?: State;
}

/** An event on its way to one target of a rule. */
interface EventDelivery {
  readonly rule: string;
  readonly target: string;
  readonly event: BusEvent;
}

/** How far a rule's schedule has come. */
interface ScheduleProgress {
  readonly expression: unknown;
  readonly createdMs: number;
  readonly doneMs: number;
}

interface Resource {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface EventBridge extends Service {
  /** Creates a bus from the resolved properties of an AWS::Events::EventBus; the bus `default` is there. */
  createBus(bus: Resource): { readonly arn: string; readonly name: string };
  /** Creates a rule from the resolved properties of an AWS::Events::Rule. @throws for what could not be delivered as on AWS */
  createRule(rule: Resource): { readonly arn: string };
  /** Deliveries under way that end without the clock moving. */
  busy(): number;
  /** Deliveries that wait for their next attempt. */
  waiting(): number;
  close(): void;
}

type Input = Readonly<Record<string, unknown>>;

export const busProperties: PropertySupport = {
  actedOn: ['Name'],
  inert: {
    Description: 'a description',
    LogConfig: 'the bus keeps no log of its own',
    Tags: 'tags are for people and bills',
  },
};

/** EventBridge's classic bus, in memory. */
export const createEventBridge = (options: EventBridgeOptions): EventBridge => {
  const { clock, region, accountId, state = forgetful } = options;
  const buses = new Map<string, readonly Rule[]>([['default', []]]);
  const rulesByArn = new Map<string, Rule>();
  const scheduleProgress = state.section<ScheduleProgress>('events/schedules');
  const earlierProgress = new Map(scheduleProgress.restored());
  const timers = new Map<string, CancelTimer>();

  const busArn = (name: string): string => `arn:aws:events:${region}:${accountId}:event-bus/${name}`;

  const createBus: EventBridge['createBus'] = ({ name, properties }) => {
    refuseUnknownProperties('AWS::Events::EventBus', name, properties, knownProperties(busProperties));
    refuseBeyond(eventsLimits.busName, name.length, `The name of bus ${name} is too long.`);
    if (buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    buses.set(name, []);
    return { arn: busArn(name), name };
  };

  const createRule: EventBridge['createRule'] = ({ name, properties }) => {
    const rule = readRule(name, properties, `arn:aws:events:${region}:${accountId}`);
    const rules = rulesOf(rule.bus);
    for (const target of rule.targets.filter(({ kind }) => kind === 'bus')) refuseChain(rule, busName(target.arn));
    buses.set(rule.bus, [...rules, rule]);
    rulesByArn.set(rule.arn, rule);
    if (rule.schedule && rule.isEnabled) startSchedule(rule, rule.schedule);
    return { arn: rule.arn };
  };

  /** EventBridge hands an event on to one further bus, not to a third; here that is said when the rule is made. */
  const refuseChain = (rule: Rule, to: string): void => {
    const leadsOn = rulesOf(to).some(({ targets }) => targets.some(({ kind }) => kind === 'bus'));
    const isLedTo = [...buses.values()]
      .flat()
      .some(({ targets }) => targets.some(({ kind, arn }) => kind === 'bus' && busName(arn) === rule.bus));
    if (leadsOn || isLedTo || to === rule.bus) {
      throw new UnsupportedError(
        `Rule ${rule.name} would chain more than two buses; EventBridge drops such events at the third.`,
      );
    }
  };

  const rulesOf = (bus: string): readonly Rule[] => {
    const rules = buses.get(bus);
    if (!rules) throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    return rules;
  };

  const publish = (bus: string, event: BusEvent): void => {
    for (const rule of rulesOf(bus)) {
      if (rule.isEnabled && rule.matches(event)) deliver(rule, event);
    }
  };

  const deliver = (rule: Rule, event: BusEvent): void => {
    for (const { id } of rule.targets) deliveries.start({ rule: rule.arn, target: id, event });
  };

  const startSchedule = (rule: Rule, expression: ScheduleExpression): void => {
    const earlier = earlierProgress.get(rule.arn);
    if (!earlier || earlier.expression !== rule.properties['ScheduleExpression']) {
      return arm(rule, expression, clock.now(), clock.now() + 1);
    }
    const { createdMs, doneMs } = earlier;
    void state.released.then(() =>
      arm(rule, expression, createdMs, resumeTimeMs(expression, doneMs, clock.now(), { createdMs })),
    );
  };

  /** A rate counts from when the rule was made, and fires first when it has passed once. */
  const arm = (rule: Rule, expression: ScheduleExpression, createdMs: number, fromMs: number): void => {
    scheduleProgress.put(rule.arn, { expression: rule.properties['ScheduleExpression'], createdMs, doneMs: fromMs - 1 });
    const next = nextTimeMs(expression, fromMs, { createdMs });
    if (next === undefined) return;
    const fire = (): void => {
      timers.delete(rule.arn);
      deliver(rule, scheduledEvent(rule, next, { region, accountId }));
      arm(rule, expression, createdMs, next + 1);
    };
    timers.set(rule.arn, clock.setTimer(next - clock.now(), fire));
  };

  /** Sends what could not be delivered to the target's dead-letter queue; without one it is dropped, as on AWS, but not in silence. */
  const giveUp = async (rule: Rule, target: RuleTarget, event: BusEvent, failure: DeliveryFailure): Promise<void> => {
    const message = failure.error instanceof Error ? failure.error.message : String(failure.error);
    options.log?.(`${rule.name}: an event was not delivered to ${target.arn}: ${message}`);
    if (target.deadLetterArn === undefined) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: deliveryErrorCode(failure.error),
      ERROR_MESSAGE: message,
      ...(failure.exhausted && { EXHAUSTED_RETRY_CONDITION: failure.exhausted, RETRY_ATTEMPTS: String(failure.retries) }),
    };
    await options
      .dispatch({
        caller: callerFor(rule),
        service: 'sqs',
        action: 'SendMessage',
        input: {
          QueueUrl: queueUrl(target.deadLetterArn),
          MessageBody: JSON.stringify(event),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value || 'none' }]),
          ),
        },
      })
      .catch((error: unknown) => {
        options.log?.(
          `${rule.name}: its dead-letter queue ${target.deadLetterArn} did not take the event either: ${String(error)}`,
        );
      });
  };

  const deliveries = new Deliveries<EventDelivery>({
    clock,
    state,
    name: 'events/deliveries',
    deliveryOf: ({ rule: arn, target: id, event }) => {
      const rule = rulesByArn.get(arn);
      const target = rule?.targets.find((candidate) => candidate.id === id);
      if (!rule || !target) return undefined;
      return {
        attempt: async () => {
          const text = renderTargetInput(target.input, event, rule);
          const reply = await options.dispatch(deliveryCall(rule, target, event, text));
          if (target.kind === 'bus') throwFailedEntry(reply);
        },
        policy: target.retry,
        giveUp: (failure) => giveUp(rule, target, event, failure),
      };
    },
  });

  const putEvents = (input: Input): Record<string, unknown> => {
    const entries = readEntries(input['Entries']).map((entry) =>
      readEntry(entry, { region, accountId, now: clock.now(), hasBus: (name) => buses.has(name) }),
    );
    for (const entry of entries) if (entry.kind === 'event') publish(entry.bus, entry.event);
    return {
      FailedEntryCount: entries.filter(({ kind }) => kind === 'refused').length,
      Entries: entries.map((entry) =>
        entry.kind === 'event' ? { EventId: entry.event.id } : { ErrorCode: entry.code, ErrorMessage: entry.message },
      ),
    };
  };

  const findRule = (input: Input, member: string): Rule => {
    const bus = busName((input['EventBusName'] ?? 'default') as string);
    const rule = rulesOf(bus).find(({ name }) => name === input[member]);
    if (!rule)
      throw new AwsError('ResourceNotFoundException', `Rule ${JSON.stringify(input[member])} does not exist on EventBus ${bus}.`);
    return rule;
  };

  const actions: Readonly<Record<string, (input: Input) => Record<string, unknown>>> = {
    PutEvents: putEvents,
    DescribeEventBus: (input) => {
      const name = busName((input['Name'] ?? 'default') as string);
      rulesOf(name);
      return { Name: name, Arn: busArn(name) };
    },
    ListRules: (input) => {
      const prefix = (input['NamePrefix'] ?? '') as string;
      const rules = rulesOf(busName((input['EventBusName'] ?? 'default') as string));
      return { Rules: rules.filter(({ name }) => name.startsWith(prefix)).map((rule) => describeRule(rule)) };
    },
    DescribeRule: (input) => describeRule(findRule(input, 'Name')),
    ListTargetsByRule: (input) => ({ Targets: findRule(input, 'Rule').targets.map(({ properties }) => properties) }),
    TestEventPattern: (input) => {
      const matches = compilePattern(input['EventPattern']);
      return { Result: matches(JSON.parse(input['Event'] as string)) };
    },
  };

  return {
    name: 'events',
    actions: new Set(Object.keys(actions)),
    call: async (call) => {
      const action = actions[call.action];
      if (!action) throw new UnsupportedError(`The local cloud's buses do not know the action ${call.action}.`);
      return Promise.resolve(action(call.input));
    },
    createBus,
    createRule,
    busy: () => deliveries.attempting,
    waiting: () => deliveries.waiting,
    close: () => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      deliveries.close();
    },
  };
};

const describeRule = (rule: Rule): Record<string, unknown> => ({
  Name: rule.name,
  Arn: rule.arn,
  EventBusName: rule.bus,
  ...(rule.properties['EventPattern'] !== undefined && { EventPattern: patternText(rule.properties['EventPattern']) }),
  ...(rule.schedule && { ScheduleExpression: rule.properties['ScheduleExpression'] }),
  State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
});

const patternText = (pattern: unknown): string => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern));

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-events.html#scheduled-event-type */
const scheduledEvent = (
  rule: Rule,
  atMs: number,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  region,
  resources: [rule.arn],
  detail: {},
});

/** PutEvents can succeed with a failed entry; for a delivery that is a failure. */
const throwFailedEntry = (reply: Input): void => {
  const [entry] = (reply['Entries'] ?? []) as readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
  if (entry?.ErrorCode !== undefined) throw new AwsError(entry.ErrorCode, entry.ErrorMessage ?? '');
};
