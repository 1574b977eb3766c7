import { objects, on, onAnything, text, withoutRepeats } from '../action-mapping.ts';
import type { Input, MappingPlace, ServiceMappings } from '../action-mapping.ts';

const topic = ({ TopicArn, TargetArn }: Input): string => text(TopicArn ?? TargetArn);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export const snsActions: ServiceMappings = {
  Publish: on('sns:Publish', topic),
  PublishBatch: on('sns:Publish', topic),
  GetTopicAttributes: on('sns:GetTopicAttributes', topic),
  ListSubscriptionsByTopic: on('sns:ListSubscriptionsByTopic', topic),
  ListTopics: onAnything('sns:ListTopics'),
};

const busArn = (bus: unknown, { region, accountId }: MappingPlace): string => {
  const name = text(bus ?? 'default');
  return name.startsWith('arn:') ? name : `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
};

/** A rule of the default bus is named without it. */
const ruleArn = (rule: unknown, bus: unknown, place: MappingPlace): string => {
  const busName = busArn(bus, place).split('event-bus/')[1] ?? '';
  const path = busName === 'default' ? text(rule) : `${busName}/${text(rule)}`;
  return `arn:aws:events:${place.region}:${place.accountId}:rule/${path}`;
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export const eventsActions: ServiceMappings = {
  PutEvents: ({ Entries }, place) =>
    withoutRepeats(
      objects(Entries).map((entry) => ({
        action: 'events:PutEvents',
        resource: busArn(entry['EventBusName'], place),
        keys: { 'events:detail-type': text(entry['DetailType']), 'events:source': text(entry['Source']) },
      })),
    ),
  DescribeEventBus: on('events:DescribeEventBus', ({ Name }, place) => busArn(Name, place)),
  ListRules: onAnything('events:ListRules'),
  DescribeRule: on('events:DescribeRule', ({ Name, EventBusName }, place) => ruleArn(Name, EventBusName, place)),
  ListTargetsByRule: on('events:ListTargetsByRule', ({ Rule, EventBusName }, place) => ruleArn(Rule, EventBusName, place)),
  TestEventPattern: onAnything('events:TestEventPattern'),
};
