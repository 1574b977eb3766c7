import { startSteppedClock, type Clock } from '../../local/clock.ts';
import { createSqs, type Sqs } from '../../local/sqs.ts';

export const start = Date.parse('2026-01-01T00:00:00Z');
export const caller = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, unknown>>;
}

interface Fixture {
  readonly sqs: Sqs;
  readonly clock: Clock;
  readonly arn: string;
  readonly url: string;
  call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  send(body: string, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  receive(more?: Record<string, unknown>): Promise<readonly Message[]>;
}

export const startQueue = (properties: Record<string, unknown> = {}, before?: (sqs: Sqs) => Record<string, unknown>): Fixture => {
  const clock = startSteppedClock(start);
  const sqs = createSqs({ clock, region: 'eu-central-1', accountId: '000000000000', endpoint: () => 'http://127.0.0.1:1' });
  const { arn, url } = sqs.createQueue({ name: 'tickets', properties: { ...properties, ...before?.(sqs) } });
  const call: Fixture['call'] = (action, input) =>
    sqs.call({ caller, service: 'sqs', action, input: { QueueUrl: url, ...input } });
  return {
    sqs,
    clock,
    arn,
    url,
    call,
    send: (body, more) => call('SendMessage', { MessageBody: body, ...more }),
    receive: async (more) =>
      ((await call('ReceiveMessage', { MaxNumberOfMessages: 10, ...more }))['Messages'] ?? []) as readonly Message[],
  };
};

export const withDeadLetters = (maxReceiveCount: number) => (sqs: Sqs) => {
  const { arn } = sqs.createQueue({ name: 'dead', properties: {} });
  return { RedrivePolicy: { deadLetterTargetArn: arn, maxReceiveCount } };
};

export const deadUrl = 'http://127.0.0.1:1/000000000000/dead';
export const deadArn = 'arn:aws:sqs:eu-central-1:000000000000:dead';
