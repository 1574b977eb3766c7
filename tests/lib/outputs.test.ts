import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, templatesOf } from './synthesized.ts';

const { journey, stateful } = templatesOf('dev');

describe('the journey stack', () => {
  test('tells the command line what it needs, under keys that stay', () => {
    expect(
      Object.keys(journey.findOutputs('*'))
        .filter((key) => !key.startsWith('Export'))
        .toSorted(),
    ).toEqual([
      'AlarmTopicArn',
      'ArchiveQueueUrl',
      'BusName',
      'DataBucket',
      'EndpointPrefix',
      'ModelsTable',
      'OutcomesQueueUrl',
      'QuarantineTable',
      'RescoreQueueUrl',
      'StateMachineArn',
      'TicketsQueueUrl',
      'TicketsTable',
      'TopicsQueueUrl',
      'TopicsTable',
      'UndeliveredQueueUrl',
    ]);
  });

  test('has no names of its own making: two stages, or two attempts, fit one account', () => {
    const named = [journey, stateful].flatMap((template) =>
      Object.entries({
        'AWS::SQS::Queue': 'QueueName',
        'AWS::DynamoDB::GlobalTable': 'TableName',
        'AWS::S3::Bucket': 'BucketName',
        'AWS::Lambda::Function': 'FunctionName',
        'AWS::IAM::Role': 'RoleName',
        'AWS::StepFunctions::StateMachine': 'StateMachineName',
        'AWS::Logs::LogGroup': 'LogGroupName',
        'AWS::Scheduler::Schedule': 'Name',
        'AWS::SNS::Topic': 'TopicName',
      }).flatMap(([type, property]) =>
        // A name made from a generated one, as a function's log group has it, is generated too.
        resourcesOf(template, type).filter(({ properties }) => typeof at(properties, property) === 'string'),
      ),
    );
    expect(named.map(({ id }) => id)).toEqual([]);
  });
});

describe('tags', () => {
  test('say whose resources they are, and of which stage', () => {
    const tagged = [journey, stateful].flatMap((template) =>
      ['AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::KMS::Key'].flatMap((type) => resourcesOf(template, type)),
    );
    expect(tagged).toHaveLength(14);
    for (const { properties } of tagged) {
      const tags = listAt(properties, 'Tags');
      expect(tags).toContainEqual({ Key: 'application', Value: 'signalbox' });
      expect(tags).toContainEqual({ Key: 'stage', Value: 'dev' });
    }
  });
});
