import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, target, templatesOf } from './synthesized.ts';

const { journey } = templatesOf('dev');
const queues = resourcesOf(journey, 'AWS::SQS::Queue');
const queue = new Map(queues.map((found) => [found.id, found.properties]));
const isDeadLetters = (properties: unknown): boolean => at(properties, 'RedrivePolicy') === undefined;
const readQueues = queues.filter(({ properties }) => !isDeadLetters(properties));
const mappings = resourcesOf(journey, 'AWS::Lambda::EventSourceMapping');
const functions = new Map(resourcesOf(journey, 'AWS::Lambda::Function').map(({ id, properties }) => [id, properties]));

describe('queues', () => {
  test('there are five, each with dead letters of its own, and one for what was not delivered', () => {
    const outputs = Object.entries(journey.findOutputs('*')).filter(([key]) => key.endsWith('QueueUrl'));
    const isUndelivered = ([key]: readonly [string, unknown]): boolean => key === 'UndeliveredQueueUrl';
    const named = outputs.filter((output) => !isUndelivered(output));
    expect(outputs.filter(isUndelivered)).toHaveLength(1);
    expect(named.map(([key]) => key.replace('QueueUrl', '')).toSorted()).toEqual([
      'Archive',
      'Outcomes',
      'Rescore',
      'Tickets',
      'Topics',
    ]);
    expect(named.map(([, output]) => target(at(output, 'Value'))).toSorted()).toEqual(readQueues.map(({ id }) => id).toSorted());
    const deadLetters = readQueues.map(({ properties }) => target(at(properties, 'RedrivePolicy', 'deadLetterTargetArn')));
    expect(new Set(deadLetters).size).toBe(5);
    expect(queues).toHaveLength(11);
  });

  test('a message gets five tries or more', () => {
    for (const { properties } of readQueues) expect(at(properties, 'RedrivePolicy', 'maxReceiveCount')).toBeGreaterThanOrEqual(5);
  });

  test('an outcome waits at least as long for its ticket as the ticket has tries', () => {
    const patienceSeconds = (name: string, deliveries: number): number => {
      const properties = queue.get(target(at(Object.entries(journey.findOutputs(`${name}QueueUrl`))[0]?.[1], 'Value')));
      expect(at(properties, 'RedrivePolicy', 'maxReceiveCount')).toBeGreaterThanOrEqual(deliveries);
      return Number(at(properties, 'VisibilityTimeout')) * deliveries;
    };
    const learn = [...functions.values()].find(
      (properties) => at(properties, 'Environment', 'Variables', 'DELIVERIES_TO_WAIT_FOR_TICKET') !== undefined,
    );
    const deliveries = Number(at(learn, 'Environment', 'Variables', 'DELIVERIES_TO_WAIT_FOR_TICKET'));
    expect(patienceSeconds('Outcomes', deliveries)).toBeGreaterThanOrEqual(patienceSeconds('Tickets', 5));
  });

  test('dead letters are kept for 14 days', () => {
    const deadLetters = queues.filter(({ properties }) => isDeadLetters(properties));
    expect(deadLetters).toHaveLength(6);
    for (const { properties } of deadLetters) expect(at(properties, 'MessageRetentionPeriod')).toBe(14 * 86_400);
  });

  test('all are encrypted with keys of SQS, so that EventBridge can write to them', () => {
    for (const { properties } of queues) {
      expect(at(properties, 'SqsManagedSseEnabled')).toBe(true);
      expect(at(properties, 'KmsMasterKeyId')).toBeUndefined();
    }
  });

  test('all refuse what does not come over TLS', () => {
    const refusing = resourcesOf(journey, 'AWS::SQS::QueuePolicy')
      .filter(({ properties }) =>
        listAt(properties, 'PolicyDocument', 'Statement').some(
          (statement) =>
            at(statement, 'Effect') === 'Deny' &&
            at(statement, 'Action') === 'sqs:*' &&
            at(statement, 'Condition', 'Bool', 'aws:SecureTransport') === 'false',
        ),
      )
      .flatMap(({ properties }) => listAt(properties, 'Queues').map(target));
    expect(refusing.toSorted()).toEqual(queues.map(({ id }) => id).toSorted());
  });

  test('take bodies of up to 1 MiB, so that a long one reaches the quarantine', () => {
    for (const { properties } of readQueues) expect(at(properties, 'MaximumMessageSize')).toBe(1_048_576);
  });
});

describe('event sources', () => {
  test('every queue is read by one function', () => {
    const sources = mappings.map(({ properties }) => target(at(properties, 'EventSourceArn')));
    expect(sources.toSorted()).toEqual(readQueues.map(({ id }) => id).toSorted());
  });

  test('messages stay hidden for six times the timeout of the function and the batching window', () => {
    for (const { properties } of mappings) {
      const hidden = at(queue.get(target(at(properties, 'EventSourceArn'))), 'VisibilityTimeout');
      const timeout = Number(at(functions.get(target(at(properties, 'FunctionName'))), 'Timeout'));
      const window = Number(at(properties, 'MaximumBatchingWindowInSeconds') ?? 0);
      expect(timeout).toBeGreaterThan(0);
      expect(hidden).toBeGreaterThanOrEqual(6 * timeout + window);
    }
  });

  test('functions answer which messages failed', () => {
    for (const { properties } of mappings) expect(at(properties, 'FunctionResponseTypes')).toEqual(['ReportBatchItemFailures']);
  });

  test('none filters, because a filter drops what does not match', () => {
    for (const { properties } of mappings) expect(at(properties, 'FilterCriteria')).toBeUndefined();
  });

  test('who calls an endpoint is invoked no more often at once than the endpoint', () => {
    const definition = JSON.stringify(resourcesOf(journey, 'AWS::StepFunctions::StateMachine')[0]?.properties);
    const endpoint = Number(/MaxConcurrency\\":(\d+)\}\}\]/.exec(definition)?.[1]);
    expect(endpoint).toBeGreaterThanOrEqual(1);
    const calling = mappings.filter(({ properties }) => {
      const variables = at(functions.get(target(at(properties, 'FunctionName'))), 'Environment', 'Variables');
      return at(variables, 'SCORING_DEADLINE_MS') !== undefined;
    });
    expect(calling).toHaveLength(3);
    for (const { properties } of calling) {
      expect(at(properties, 'ScalingConfig', 'MaximumConcurrency')).toBeLessThanOrEqual(endpoint);
    }
  });

  test('the event log is written in large batches', () => {
    const archive = mappings.find(({ id }) => id.startsWith('ArchiveEvents'));
    expect(at(archive, 'properties', 'BatchSize')).toBeGreaterThanOrEqual(500);
    expect(at(archive, 'properties', 'MaximumBatchingWindowInSeconds')).toBeGreaterThanOrEqual(60);
  });
});
