import { startSteppedClock, type Clock } from '../../local/clock.ts';
import { createEventBridge, type EventBridge } from '../../local/events.ts';
import { AwsError, type ApiCall } from '../../local/service.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
export const region = 'eu-central-1';
export const accountId = '000000000000';
export const caller = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };
export const queueArn = `arn:aws:sqs:${region}:${accountId}:topics`;
export const deadArn = `arn:aws:sqs:${region}:${accountId}:dead`;
export const roleArn = `arn:aws:iam::${accountId}:role/events`;

interface Fixture {
  readonly clock: Clock;
  readonly events: EventBridge;
  /** What the bus sent to its targets. */
  readonly calls: ApiCall[];
  put(...entries: readonly Record<string, unknown>[]): Promise<Record<string, unknown>>;
  /** Waits until no delivery is under way. */
  settled(): Promise<void>;
}

/** A bus `main`; `answer` stands for the targets, and throws where one fails. */
export const startBus = (answer: (call: ApiCall) => void = () => undefined, lines: string[] = []): Fixture => {
  const clock = startSteppedClock(start);
  const calls: ApiCall[] = [];
  const events = createEventBridge({
    clock,
    region,
    accountId,
    log: (line) => lines.push(line),
    dispatch: async (call) => {
      calls.push(call);
      if (call.service === 'events') return events.call(call);
      answer(call);
      return Promise.resolve({});
    },
  });
  events.createBus({ name: 'main', properties: {} });
  const settled = async (): Promise<void> => {
    while (events.busy() > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    clock,
    events,
    calls,
    settled,
    put: async (...entries) => {
      const Entries = entries.map((entry) => ({
        EventBusName: 'main',
        Source: 'signalbox',
        DetailType: 'ticket.routed',
        Detail: '{}',
        ...entry,
      }));
      const reply = await events.call({ caller, service: 'events', action: 'PutEvents', input: { Entries } });
      await settled();
      return reply;
    },
  };
};

export const rule = (
  target: Record<string, unknown>,
  more: Record<string, unknown> = {},
): { name: string; properties: Record<string, unknown> } => ({
  name: 'to-topics',
  properties: {
    EventBusName: 'main',
    EventPattern: { source: ['signalbox'], 'detail-type': ['ticket.routed'] },
    Targets: [{ Id: 'Target0', ...target }],
    ...more,
  },
});

export const throttled = (): never => {
  throw new AwsError('ThrottlingException', 'Rate exceeded');
};
