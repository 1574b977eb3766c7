import { randomUUID } from 'node:crypto';
import { compilePattern } from '../../local/events/pattern.ts';
import { asksOutside, callOutside } from '../support/outside-call.ts';
import { noOpinion } from '../support/second-opinion.ts';

interface Event {
  readonly source?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Whether an event matches: by the engine, or by a rule of another implementation where the run asks one for its opinion. */
export const matches = (pattern: unknown, event: Event): Promise<boolean> =>
  asksOutside('events') ? reaches(pattern, event) : Promise.resolve(compilePattern(pattern)(event));

/** Puts the event on a bus with a rule of that pattern, and looks whether it reaches the rule's queue. */
const reaches = async (pattern: unknown, { source = 'tests', detail }: Event): Promise<boolean> => {
  if (detail === undefined) return noOpinion('an event has a detail');
  const name = `opinion-${randomUUID()}`;
  const { QueueUrl } = await callOutside('sqs', 'CreateQueue', { QueueName: name });
  const { Attributes } = await callOutside('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
  const Arn = (Attributes as Readonly<Record<string, string>>)['QueueArn'];
  await callOutside('events', 'CreateEventBus', { Name: name });
  const EventPattern = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  await callOutside('events', 'PutRule', { Name: name, EventBusName: name, EventPattern });
  await callOutside('events', 'PutTargets', { Rule: name, EventBusName: name, Targets: [{ Id: 'queue', Arn }] });
  const entry = { EventBusName: name, Source: source, DetailType: 'test', Detail: JSON.stringify(detail) };
  await callOutside('events', 'PutEvents', { Entries: [entry] });
  const { Messages } = await callOutside('sqs', 'ReceiveMessage', { QueueUrl });
  return Messages !== undefined;
};
