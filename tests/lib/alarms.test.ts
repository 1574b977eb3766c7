import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, target, templatesOf } from './synthesized.ts';

const { journey } = templatesOf('dev');
const alarms = resourcesOf(journey, 'AWS::CloudWatch::Alarm');
const queues = resourcesOf(journey, 'AWS::SQS::Queue');
const [topic] = resourcesOf(journey, 'AWS::SNS::Topic');

describe('alarms', () => {
  test('every one goes to the one topic, and says what to do', () => {
    expect(alarms).toHaveLength(15);
    for (const { properties } of alarms) {
      expect(listAt(properties, 'AlarmActions').map(target)).toEqual([topic?.id]);
      expect(String(at(properties, 'AlarmDescription'))).toMatch(/\b(Read|Mend|Look|look)\b/);
      expect(at(properties, 'TreatMissingData')).toBe('notBreaching');
    }
  });

  test('the first message in any dead-letter queue raises one', () => {
    const deadLetters = queues.filter(({ properties }) => at(properties, 'RedrivePolicy') === undefined);
    const names = alarms
      .filter(({ properties }) => at(properties, 'MetricName') === 'ApproximateNumberOfMessagesVisible')
      .map(({ properties }) => {
        expect(at(properties, 'Threshold')).toBe(1);
        return String(at(properties, 'Dimensions', 0, 'Value', 'Fn::GetAtt', 0));
      });
    expect(names.toSorted()).toEqual(deadLetters.map(({ id }) => id).toSorted());
  });

  test('messages that wait too long in any queue raise one', () => {
    const read = queues.filter(({ properties }) => at(properties, 'RedrivePolicy') !== undefined);
    const names = alarms
      .filter(({ properties }) => at(properties, 'MetricName') === 'ApproximateAgeOfOldestMessage')
      .map(({ properties }) => String(at(properties, 'Dimensions', 0, 'Value', 'Fn::GetAtt', 0)));
    expect(names.toSorted()).toEqual(read.map(({ id }) => id).toSorted());
  });

  test('too many decisions without the model raise one', () => {
    const share = alarms.find(({ id }) => id.startsWith('AlarmsDegradedShare'));
    const metrics = listAt(share, 'properties', 'Metrics');
    expect(metrics.map((metric) => at(metric, 'Expression')).filter(Boolean)).toEqual([
      'IF(decided > 0, 100 * degraded / decided, 0)',
    ]);
    const measured = metrics.map((metric) => at(metric, 'MetricStat', 'Metric')).filter(Boolean);
    const dimensions = [{ Name: 'service', Value: 'route-tickets' }];
    expect(measured).toEqual(
      expect.arrayContaining([
        { Namespace: 'Signalbox', MetricName: 'TicketsDegraded', Dimensions: dimensions },
        { Namespace: 'Signalbox', MetricName: 'TicketsDecided', Dimensions: dimensions },
      ]),
    );
  });

  test('a retraining that fails, runs out of time or is stopped raises one', () => {
    const failed = alarms.find(({ id }) => id.startsWith('AlarmsFailedRetraining'));
    const names = listAt(failed, 'properties', 'Metrics').map((metric) => at(metric, 'MetricStat', 'Metric', 'MetricName'));
    expect(names.filter(Boolean).map(String).toSorted()).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
  });

  test('the topic takes alarms of this account over TLS, and nothing else', () => {
    const [policy] = resourcesOf(journey, 'AWS::SNS::TopicPolicy');
    const statements = listAt(policy, 'properties', 'PolicyDocument', 'Statement');
    expect(statements.map((statement) => [at(statement, 'Effect'), at(statement, 'Principal')])).toEqual([
      ['Deny', '*'],
      ['Allow', { Service: 'cloudwatch.amazonaws.com' }],
    ]);
    expect(at(statements[0], 'Condition', 'Bool', 'aws:SecureTransport')).toBe('false');
  });
});
