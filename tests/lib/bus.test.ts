import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, target, templatesOf } from './synthesized.ts';

const { journey } = templatesOf('dev');
const rules = resourcesOf(journey, 'AWS::Events::Rule');
const schedules = resourcesOf(journey, 'AWS::Scheduler::Schedule');
const undelivered = resourcesOf(journey, 'AWS::SQS::Queue').find(({ id }) => id.startsWith('BusUndelivered'))?.id;

describe('rules', () => {
  test('routed tickets go to topics, everything of ours to the archive, drift starts a retraining', () => {
    const told = rules.map(({ properties }) => ({
      pattern: at(properties, 'EventPattern'),
      to: listAt(properties, 'Targets').map((aim) => target(at(aim, 'Arn')).replace(/(Queue)?[0-9A-F]{8}$/, '')),
    }));
    expect(told).toEqual(
      expect.arrayContaining([
        { pattern: { source: ['signalbox'], 'detail-type': ['ticket.routed'] }, to: ['ClusterTicketsTopics'] },
        { pattern: { source: ['signalbox'] }, to: ['ArchiveEventsArchive'] },
        { pattern: { source: ['signalbox'], 'detail-type': ['drift.detected'] }, to: ['RetrainingStateMachine'] },
      ]),
    );
    expect(rules).toHaveLength(3);
  });

  test('all listen to our bus, which is of the classic kind', () => {
    const [bus, ...others] = resourcesOf(journey, 'AWS::Events::EventBus');
    expect(others).toEqual([]);
    for (const { properties } of rules) expect(target(at(properties, 'EventBusName'))).toBe(bus?.id);
  });

  test('what a target does not take lies in a dead-letter queue, of schedules too', () => {
    const targets = [
      ...rules.flatMap(({ properties }) => listAt(properties, 'Targets')),
      ...schedules.map(({ properties }) => at(properties, 'Target')),
    ];
    expect(targets).toHaveLength(5);
    expect(undelivered).toBeDefined();
    for (const aim of targets) expect(target(at(aim, 'DeadLetterConfig', 'Arn'))).toBe(undelivered);
  });

  test('each rule, and no other, may write to its queue and to the dead letters', () => {
    const allowed = resourcesOf(journey, 'AWS::SQS::QueuePolicy').flatMap(({ properties }) =>
      listAt(properties, 'PolicyDocument', 'Statement')
        .filter((statement) => at(statement, 'Principal', 'Service') === 'events.amazonaws.com')
        .map((statement) => ({
          queue: target(at(properties, 'Queues', 0)),
          rule: target(at(statement, 'Condition', 'ArnEquals', 'aws:SourceArn')),
        })),
    );
    const needed = rules.flatMap(({ id, properties }) =>
      listAt(properties, 'Targets').flatMap((aim) => [
        { queue: target(at(aim, 'DeadLetterConfig', 'Arn')), rule: id },
        ...(target(at(aim, 'Arn')).startsWith('Retraining') ? [] : [{ queue: target(at(aim, 'Arn')), rule: id }]),
      ]),
    );
    const key = ({ queue, rule }: { readonly queue: string; readonly rule: string }): string => `${rule} → ${queue}`;
    expect(allowed.map(key).toSorted()).toEqual(needed.map(key).toSorted());
  });
});

describe('the schedules', () => {
  test('start a reconcile of the log every day, and a retraining every week after it', () => {
    expect(schedules.map(({ properties }) => properties)).toMatchObject([
      {
        ScheduleExpression: 'cron(0 2 * * ? *)',
        ScheduleExpressionTimezone: 'Etc/UTC',
        Target: { Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}' },
      },
      {
        ScheduleExpression: 'cron(0 3 ? * SUN *)',
        ScheduleExpressionTimezone: 'Etc/UTC',
        Target: { Input: '{"trigger":"schedule"}' },
      },
    ]);
  });
});
