import { describe, expect, test } from 'vitest';
import { AwsError } from '../../local/service.ts';
import { jsonata, one, payloadOf, returns, role, settle, startEngine, throws } from './states-run.ts';

const lambda = (more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  ...more,
});

describe('a Task that calls a function', () => {
  test('gives payload, status and version, and calls as the role of the state machine', async () => {
    const engine = startEngine(() => returns({ ok: true }));
    const run = await engine.run(one(lambda(), jsonata), { a: 1 });
    expect(run.output).toEqual({ Payload: { ok: true }, StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(engine.calls[0]).toMatchObject({ caller: role, service: 'lambda', action: 'Invoke' });
    expect(engine.calls[0]?.input).toMatchObject({ FunctionName: 'f', InvocationType: 'RequestResponse' });
  });

  test('by its ARN gives the payload alone', async () => {
    const engine = startEngine((call) => returns(payloadOf(call)));
    const Resource = 'arn:aws:lambda:eu-central-1:000000000000:function:f';
    const run = await engine.run(one({ Type: 'Task', Resource }), { a: 1 });
    expect(run.output).toEqual({ a: 1 });
    expect(engine.calls[0]?.input['FunctionName']).toBe(Resource);
    expect((await engine.events(run.arn)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('fails with the name of the function’s own error', async () => {
    const run = await startEngine(() => throws('NotReady')).run(one(lambda(), jsonata));
    expect(run).toMatchObject({ status: 'FAILED', error: 'NotReady', cause: '{"errorType":"NotReady","errorMessage":"no"}' });
  });

  test('is known by the service’s name where the call itself is refused', async () => {
    const answer = (): never => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    };
    expect((await startEngine(answer).run(one(lambda(), jsonata))).error).toBe('Lambda.TooManyRequestsException');
  });

  test('is retried after growing delays, up to the largest, and then caught', async () => {
    const at: number[] = [];
    const engine = startEngine((call) => {
      at.push(engine.clock.now());
      return throws('Busy', call.action);
    });
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 60 }];
    const run = await engine.run(
      {
        ...jsonata,
        StartAt: 'T',
        States: {
          T: lambda({ Retry, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], End: true }),
          Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
        },
      },
      {},
      200_000,
    );
    expect(at.map((ms) => (ms - (at[0] ?? 0)) / 1000)).toEqual([0, 10, 40, 100]);
    expect(run.output).toBe('Busy');
  });

  test('counts its retries in the context', async () => {
    const engine = startEngine((call) => ((payloadOf(call) as { n: number }).n < 2 ? throws('Busy') : returns('done')));
    const Arguments = { FunctionName: 'f', Payload: { n: '{% $states.context.State.RetryCount %}' } };
    const run = await engine.run(
      one(lambda({ Arguments, Retry: [{ ErrorEquals: ['States.TaskFailed'] }] }), jsonata),
      {},
      10_000,
    );
    expect(run.output).toMatchObject({ Payload: 'done' });
  });

  test('with full jitter waits between nothing and the whole delay', async () => {
    const at: number[] = [];
    const engine = startEngine(() => {
      at.push(engine.clock.now());
      return throws('Busy');
    });
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 20, JitterStrategy: 'FULL' }];
    await engine.run(one(lambda({ Retry }), jsonata), {}, 3_000_000);
    const delays = at.slice(1).map((ms, i) => (ms - (at[i] ?? 0)) / 1000);
    expect(delays).toHaveLength(20);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(100);
    expect(new Set(delays).size).toBeGreaterThan(15);
  });

  test('that takes longer than its limit times out, and States.TaskFailed does not match that', async () => {
    const engine = startEngine(() => new Promise(() => undefined));
    const Retry = [{ ErrorEquals: ['States.TaskFailed'] }];
    const run = await engine.run(one(lambda({ TimeoutSeconds: 30, Retry }), jsonata), {}, 31_000);
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(engine.calls).toHaveLength(1);
    expect((await engine.events(run.arn)).map(({ type }) => type)).toContain('TaskTimedOut');
  });

  test('with a result over 256 KB exceeds the data limit, which States.ALL does not match', async () => {
    const run = await startEngine(() => returns('x'.repeat(262_144))).run(
      {
        ...jsonata,
        StartAt: 'T',
        States: { T: lambda({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], End: true }), C: { Type: 'Succeed' } },
      },
      {},
    );
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('a Task that waits for its token', () => {
  const waiting = (more: object = {}): object => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } },
    ...more,
  });
  const tokenOf = (body: unknown): string => (JSON.parse(String(body)) as { token: string }).token;

  test('goes on with what is reported', async () => {
    const engine = startEngine();
    const arn = await engine.start(one(waiting(), jsonata));
    expect(engine.calls[0]).toMatchObject({ service: 'sqs', action: 'SendMessage' });
    const taskToken = tokenOf(engine.calls[0]?.input['MessageBody']);
    await engine.api('SendTaskSuccess', { taskToken, output: '{"approved":true}' });
    await settle();
    expect(await engine.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: { approved: true } });
    await expect(engine.api('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  test('fails with the error that is reported', async () => {
    const engine = startEngine();
    const arn = await engine.start(one(waiting(), jsonata));
    await engine.api('SendTaskFailure', {
      taskToken: tokenOf(engine.calls[0]?.input['MessageBody']),
      error: 'Rejected',
      cause: 'by Ada',
    });
    await settle();
    expect(await engine.describe(arn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'by Ada' });
  });

  test('lives as long as its heartbeats come', async () => {
    const engine = startEngine();
    const arn = await engine.start(one(waiting({ HeartbeatSeconds: 60 }), jsonata));
    const taskToken = tokenOf(engine.calls[0]?.input['MessageBody']);
    for (let beat = 0; beat < 3; beat++) {
      await engine.clock.advance(50_000);
      await engine.api('SendTaskHeartbeat', { taskToken });
    }
    expect((await engine.describe(arn)).status).toBe('RUNNING');
    await engine.clock.advance(61_000);
    expect(await engine.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  });

  test('an unknown token is refused', async () => {
    await expect(startEngine().api('SendTaskHeartbeat', { taskToken: 'x' })).rejects.toMatchObject({ code: 'InvalidToken' });
  });
});

describe('a Task that waits for its job', () => {
  const training = one({
    Type: 'Task',
    Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
    Parameters: { TrainingJobName: 'routing-v1' },
  });

  test('goes on when the training job is completed', async () => {
    let polls = 0;
    const engine = startEngine(({ action }) =>
      action === 'CreateTrainingJob'
        ? { TrainingJobArn: 'arn' }
        : { TrainingJobStatus: ++polls < 3 ? 'InProgress' : 'Completed', CreationTime: 1_770_000_000.5 },
    );
    const run = await engine.run(training, {}, 10_000);
    expect(run.output).toEqual({ TrainingJobStatus: 'Completed', CreationTime: 1_770_000_000_500 });
    expect(engine.calls.map(({ action }) => action)).toEqual(['CreateTrainingJob', ...Array(3).fill('DescribeTrainingJob')]);
  });

  test('fails with the job’s description when the training job fails', async () => {
    const run = await startEngine(() => ({ TrainingJobStatus: 'Failed', FailureReason: 'no examples' })).run(training, {}, 2_000);
    expect(run.error).toBe('States.TaskFailed');
    expect(JSON.parse(run.cause ?? '')).toMatchObject({ FailureReason: 'no examples' });
  });

  test('stops the training job when the execution is stopped', async () => {
    const engine = startEngine(() => ({ TrainingJobStatus: 'InProgress' }));
    const arn = await engine.start(training);
    await engine.clock.advance(2_500);
    await engine.api('StopExecution', { executionArn: arn, error: 'Operator', cause: 'no longer wanted' });
    await settle();
    expect(engine.calls.at(-1)).toMatchObject({ action: 'StopTrainingJob', input: { TrainingJobName: 'routing-v1' } });
    expect(await engine.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'no longer wanted' });
    expect(engine.states.running()).toBe(0);
  });

  test('a nested execution gives its output as JSON with .sync:2', async () => {
    const engine = startEngine();
    const stateMachineArn = engine.create(
      one({ Type: 'Pass', Output: { twice: '{% $states.input.n * 2 %}' } }, jsonata),
      'child',
    );
    const run = await engine.run(
      one(
        {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: { StateMachineArn: stateMachineArn, Input: { n: 4 } },
          Output: '{% $states.result.Output %}',
        },
        jsonata,
      ),
      {},
      3_000,
    );
    expect(run.output).toEqual({ twice: 8 });
  });
});

describe('service integrations', () => {
  const task = (Resource: string, Arguments: object, more: object = {}): object =>
    one({ Type: 'Task', Resource, Arguments, ...more }, jsonata);
  const refuse =
    (code: string, status = 400) =>
    (): never => {
      throw new AwsError(code, 'refused', status);
    };

  test('AWS SDK integrations call the action, and write times as ISO 8601', async () => {
    const engine = startEngine(() => ({
      EndpointStatus: 'InService',
      CreationTime: 1_770_000_000,
      TrainingTimeInSeconds: 2_000_000_000,
    }));
    const run = await engine.run(task('arn:aws:states:::aws-sdk:sagemaker:describeEndpoint', { EndpointName: 'e' }));
    expect(run.output).toEqual({
      EndpointStatus: 'InService',
      CreationTime: '2026-02-02T02:40:00.000Z',
      TrainingTimeInSeconds: 2_000_000_000,
    });
    expect(engine.calls[0]).toMatchObject({ service: 'sagemaker', action: 'DescribeEndpoint', input: { EndpointName: 'e' } });
  });

  test('AWS SDK integrations of services with small-letter members translate them both ways', async () => {
    const engine = startEngine();
    const run = await engine.run(
      task('arn:aws:states:::aws-sdk:sfn:listExecutions', { StateMachineArn: '{% $states.context.StateMachine.Id %}' }),
    );
    expect(engine.calls[0]).toMatchObject({ service: 'states', input: { stateMachineArn: expect.any(String) as string } });
    expect(run.output).toMatchObject({ Executions: [{ Status: 'RUNNING', StartDate: '2026-03-02T08:00:00.000Z' }] });
  });

  test('bytes go out as bytes and come back as text', async () => {
    const engine = startEngine(() => ({ Body: Buffer.from('{"ok":1}') }));
    const run = await engine.run(
      task('arn:aws:states:::aws-sdk:sagemakerruntime:invokeEndpoint', { EndpointName: 'e', Body: { a: 1 } }),
    );
    expect(Buffer.from(engine.calls[0]?.input['Body'] as Uint8Array).toString()).toBe('{"a":1}');
    expect(run.output).toEqual({ Body: '{"ok":1}' });
  });

  test('events carry the execution as a resource, and a failed entry fails the task', async () => {
    const engine = startEngine(() => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] }));
    const Entries = [{ Source: 's', DetailType: 'd', Detail: { a: 1 } }];
    const run = await engine.run(task('arn:aws:states:::events:putEvents', { Entries }));
    const [entry] = (engine.calls[0]?.input['Entries'] ?? []) as readonly Record<string, unknown>[];
    expect(entry).toMatchObject({ Detail: '{"a":1}', Resources: [run.arn, expect.stringContaining(':stateMachine:')] });
    expect(run.error).toBe('EventBridge.FailedEntry');
  });

  test.each([
    ['aws-sdk:s3:getObject', 'NoSuchKey', 'S3.NoSuchKeyException'],
    ['aws-sdk:s3:getObject', 'AccessDenied', 'S3.S3Exception'],
    ['aws-sdk:sagemaker:createEndpoint', 'ResourceLimitExceeded', 'SageMaker.ResourceLimitExceededException'],
    ['aws-sdk:sagemaker:describeEndpoint', 'ValidationException', 'SageMaker.SageMakerException'],
    ['aws-sdk:dynamodb:putItem', 'ConditionalCheckFailedException', 'DynamoDb.ConditionalCheckFailedException'],
    ['aws-sdk:sqs:sendMessage', 'AWS.SimpleQueueService.NonExistentQueue', 'Sqs.QueueDoesNotExistException'],
    ['sagemaker:createModel', 'ValidationException', 'SageMaker.AmazonSageMakerException'],
    ['sagemaker:createEndpoint', 'ResourceLimitExceeded', 'SageMaker.ResourceLimitExceededException'],
    ['dynamodb:putItem', 'ConditionalCheckFailedException', 'DynamoDB.ConditionalCheckFailedException'],
    ['dynamodb:getItem', 'ValidationException', 'DynamoDB.AmazonDynamoDBException'],
  ])('%s answering %s is known as %s', async (resource, code, error) => {
    expect((await startEngine(refuse(code)).run(task(`arn:aws:states:::${resource}`, {}))).error).toBe(error);
  });
});
