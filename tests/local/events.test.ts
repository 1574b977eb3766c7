import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { clientConfig, startTestGateway } from './gateway-fixture.ts';
import { region, accountId, caller, queueArn, roleArn, startBus, rule } from './events-fixture.ts';

test('an event that a rule matches reaches its queue as the service, in EventBridge’s envelope', async () => {
  const bus = startBus();
  bus.events.createRule(rule({ Arn: queueArn }));

  const reply = await bus.put({ Detail: '{"ticketId":"t-1"}', Resources: ['arn:x'], Time: 1_767_225_600 });

  const { EventId } = (reply['Entries'] as [{ EventId: string }])[0];
  expect(reply['FailedEntryCount']).toBe(0);
  expect(bus.calls).toMatchObject([{ caller: { name: 'events.amazonaws.com' }, service: 'sqs', action: 'SendMessage' }]);
  expect(bus.calls[0]?.input['QueueUrl']).toMatch(/\/000000000000\/topics$/);
  expect(JSON.parse(bus.calls[0]?.input['MessageBody'] as string)).toEqual({
    version: '0',
    id: EventId,
    'detail-type': 'ticket.routed',
    source: 'signalbox',
    account: accountId,
    time: '2026-01-01T00:00:00Z',
    region,
    resources: ['arn:x'],
    detail: { ticketId: 't-1' },
  });
});

test('events that no rule matches, and disabled rules, deliver nothing', async () => {
  const bus = startBus();
  bus.events.createRule(rule({ Arn: queueArn }));
  bus.events.createRule({ ...rule({ Arn: queueArn }, { State: 'DISABLED', EventPattern: { source: ['other'] } }), name: 'off' });

  await bus.put({ DetailType: 'ticket.learned' }, { Source: 'other' });

  expect(bus.calls).toEqual([]);
});

test('one bad entry fails alone and the others are delivered', async () => {
  const bus = startBus();
  bus.events.createRule(rule({ Arn: queueArn }));

  const reply = await bus.put(
    {},
    { Detail: '{' },
    { Detail: '[]' },
    { Source: undefined },
    { EventBusName: 'gone' },
    { Source: 'aws.s3' },
  );

  expect(reply['FailedEntryCount']).toBe(5);
  expect((reply['Entries'] as { ErrorCode?: string }[]).map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'MalformedDetail',
    'InvalidArgument',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
  ]);
  expect(bus.calls).toHaveLength(1);
});

test('more than ten entries, or more than 1 MiB together, are refused as a whole', async () => {
  const bus = startBus();
  const big = { Detail: JSON.stringify({ text: 'x'.repeat(600 * 1024) }) };

  await expect(bus.put(...Array.from({ length: 11 }, () => ({})))).rejects.toMatchObject({ code: 'ValidationException' });
  await expect(bus.put(big, big)).rejects.toMatchObject({ code: 'ValidationException' });
  expect(await bus.put(big)).toMatchObject({ FailedEntryCount: 0 });
});

test('a function is invoked asynchronously, a state machine started by the rule’s role, a topic published to', async () => {
  const bus = startBus();
  const functionArn = `arn:aws:lambda:${region}:${accountId}:function:f`;
  const machineArn = `arn:aws:states:${region}:${accountId}:stateMachine:retrain`;
  const topicArn = `arn:aws:sns:${region}:${accountId}:alarms`;
  bus.events.createRule({
    name: 'three',
    properties: {
      EventBusName: 'main',
      EventPattern: { source: ['signalbox'] },
      Targets: [
        { Id: 'f', Arn: functionArn },
        { Id: 's', Arn: machineArn, RoleArn: roleArn },
        { Id: 't', Arn: topicArn, Input: '"fixed"' },
      ],
    },
  });

  await bus.put({});

  expect(bus.calls).toMatchObject([
    { service: 'lambda', action: 'Invoke', input: { FunctionName: functionArn, InvocationType: 'Event' } },
    { caller: { principal: roleArn }, service: 'states', action: 'StartExecution', input: { stateMachineArn: machineArn } },
    { service: 'sns', action: 'Publish', input: { TopicArn: topicArn, Message: '"fixed"' } },
  ]);
});

test('a target’s input is a part of the event, or a template filled from it', async () => {
  const bus = startBus();
  bus.events.createRule({
    name: 'inputs',
    properties: {
      EventBusName: 'main',
      EventPattern: { source: ['signalbox'] },
      Targets: [
        { Id: 'path', Arn: queueArn, InputPath: '$.detail.teams[0]' },
        {
          Id: 'template',
          Arn: queueArn,
          InputTransformer: {
            InputPathsMap: { id: '$.detail.id', text: '$.detail.text', none: '$.detail.none' },
            InputTemplate: '{"id": <id>, "said": "He said: <text>", "none": <none>, "rule": <aws.events.rule-name>}',
          },
        },
      ],
    },
  });

  await bus.put({ Detail: JSON.stringify({ id: 7, text: 'a "b"\n<id>', teams: [{ name: 'x' }] }) });

  expect(bus.calls.map(({ input }) => JSON.parse(input['MessageBody'] as string) as unknown)).toEqual([
    { name: 'x' },
    { id: 7, said: 'He said: a "b"\n<id>', none: null, rule: 'inputs' },
  ]);
});

test('a bus hands an event on to another bus', async () => {
  const bus = startBus();
  bus.events.createBus({ name: 'second', properties: {} });
  bus.events.createRule(rule({ Arn: `arn:aws:events:${region}:${accountId}:event-bus/second`, RoleArn: roleArn }));
  bus.events.createRule({
    name: 'last',
    properties: { EventBusName: 'second', EventPattern: { source: ['signalbox'] }, Targets: [{ Id: 'q', Arn: queueArn }] },
  });

  await bus.put({ Detail: '{"a":1}' });

  expect(JSON.parse(bus.calls.find(({ service }) => service === 'sqs')?.input['MessageBody'] as string)).toMatchObject({
    detail: { a: 1 },
  });
});

test('a chain of three buses, and a bus that leads to itself, are refused', () => {
  const { events } = startBus();
  const arnOf = (name: string): string => `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
  for (const name of ['second', 'third']) events.createBus({ name, properties: {} });
  events.createRule(rule({ Arn: arnOf('second'), RoleArn: roleArn }));

  expect(() => events.createRule(rule({ Arn: arnOf('third'), RoleArn: roleArn }, { EventBusName: 'second' }))).toThrow('chain');
  expect(() => events.createRule(rule({ Arn: arnOf('third'), RoleArn: roleArn }, { EventBusName: 'third' }))).toThrow('chain');
});

test.each([
  ['an unknown kind of target', {}, { Arn: `arn:aws:firehose:${region}:${accountId}:deliverystream/x` }, 'firehose'],
  ['a FIFO queue', {}, { Arn: `${queueArn}.fifo` }, 'fifo'],
  ['a state machine without a role', {}, { Arn: `arn:aws:states:${region}:${accountId}:stateMachine:x` }, 'role'],
  ['an unknown property', {}, { Arn: queueArn, EcsParameters: {} }, 'EcsParameters'],
  ['a malformed pattern', { EventPattern: { source: 'x' } }, {}, 'Event pattern is not valid'],
  [
    'a template that is not JSON',
    {},
    { Arn: queueArn, InputTransformer: { InputTemplate: 'hello <x>', InputPathsMap: { x: '$.id' } } },
    'one JSON value',
  ],
  ['a JSON path with a filter', {}, { Arn: queueArn, InputPath: '$.detail[?(@.a)]' }, 'JSON path'],
])('a rule with %s is refused by name', (_what, more, target, text) => {
  const { events } = startBus();

  expect(() => events.createRule(rule({ Arn: queueArn, ...target }, more))).toThrow(text);
});

test('rules and targets are listed as they were made', async () => {
  const { events } = startBus();
  events.createRule(rule({ Arn: queueArn }));
  const call = (action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
    events.call({ caller, service: 'events', action, input: { EventBusName: 'main', ...input } });

  expect(await call('ListRules', {})).toMatchObject({ Rules: [{ Name: 'to-topics', State: 'ENABLED', EventBusName: 'main' }] });
  expect(await call('ListTargetsByRule', { Rule: 'to-topics' })).toEqual({ Targets: [{ Id: 'Target0', Arn: queueArn }] });
  expect(await call('DescribeEventBus', { Name: 'main' })).toMatchObject({
    Arn: `arn:aws:events:${region}:${accountId}:event-bus/main`,
  });
  await expect(call('DescribeEventBus', { Name: 'gone' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('the SDK puts events through the gateway', async () => {
  const bus = startBus();
  bus.events.createRule(rule({ Arn: queueArn }));
  const gateway = await startTestGateway([bus.events]);
  const client = new EventBridgeClient(clientConfig(gateway.endpoint));

  const reply = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: 'main',
          Source: 'signalbox',
          DetailType: 'ticket.routed',
          Detail: '{}',
          Time: new Date('2026-03-04T05:06:07.890Z'),
        },
      ],
    }),
  );
  await bus.settled();
  await gateway.close();

  expect(reply.FailedEntryCount).toBe(0);
  expect(JSON.parse(bus.calls[0]?.input['MessageBody'] as string)).toMatchObject({ time: '2026-03-04T05:06:07Z' });
});
