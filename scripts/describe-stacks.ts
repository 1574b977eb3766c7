import type { Template } from './permissions/template.ts';

/** Types in the order of the table, in words; what configures another resource is not counted. */
const WORDS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'tables, paid by request, with point-in-time recovery',
  'AWS::S3::Bucket': 'buckets: the data, and its access logs',
  'AWS::KMS::Key': 'key, of the data bucket',
  'AWS::SQS::Queue': 'queues, more than half of them for dead letters',
  'AWS::Lambda::Function': 'functions (Node 24, arm64)',
  'AWS::Events::EventBus': 'event bus',
  'AWS::Events::Rule': 'rules on it',
  'AWS::StepFunctions::StateMachine': 'state machine: the retraining',
  'AWS::Scheduler::Schedule': 'schedules: retraining on Sundays, reconcile every night',
  'AWS::CloudWatch::Alarm': 'alarms',
  'AWS::SNS::Topic': 'topic, to which alarms go',
  'AWS::Logs::LogGroup': 'log groups',
  'AWS::IAM::Role': 'roles',
  'Custom::RemoveEndpoints': 'custom resource that removes the endpoints when the stack goes',
};
const CONFIGURATION: ReadonlySet<string> = new Set([
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/**
 * What stacks create, as a table in Markdown.
 * @param stacks templates by the word that tells the stack's name from the other's
 * @throws Error for a type without words
 */
export const describeStacks = (stacks: Readonly<Record<string, Template>>): string => {
  const rows = Object.entries(stacks).flatMap(([name, { Resources }]) => {
    const types = Map.groupBy(Object.values(Resources), ({ Type }) => Type);
    const strange = [...types.keys()].filter((type) => !Object.hasOwn(WORDS, type) && !CONFIGURATION.has(type));
    if (strange.length > 0) throw new Error(`scripts/describe-stacks.ts has no words for ${strange.join(', ')}`);
    return Object.entries(WORDS)
      .map(([type, words]) => ({ words, count: types.get(type)?.length ?? 0 }))
      .filter(({ count }) => count > 0)
      .map(({ words, count }, index) => `| ${index === 0 ? `\`signalbox-prod-${name}\`` : ''} | ${count} | ${words} |`);
  });
  return ['| stack | | |', '|---|---|---|', ...rows].join('\n');
};
