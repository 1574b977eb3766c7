import { describe, expect, test } from 'vitest';
import { jsonata, one, settle, START_MS, startEngine } from './states-run.ts';

const waiting = one({ Type: 'Wait', Seconds: 3600 });

describe('the clock of an execution', () => {
  test('a Wait takes its seconds, or lasts until its time', async () => {
    const engine = startEngine();
    const arn = await engine.start(
      {
        ...jsonata,
        StartAt: 'A',
        States: {
          A: { Type: 'Wait', Seconds: '{% $states.input.n %}', Next: 'B' },
          B: { Type: 'Wait', Timestamp: '2026-03-02T08:02:00Z', Next: 'C' },
          C: { Type: 'Wait', Timestamp: '2026-03-01T00:00:00Z', End: true },
        },
      },
      { n: 60 },
    );
    await engine.clock.advance(119_000);
    expect((await engine.describe(arn)).status).toBe('RUNNING');
    await engine.clock.advance(1_000);
    expect((await engine.describe(arn)).status).toBe('SUCCEEDED');
  });

  test('a state machine’s own limit ends the execution as timed out', async () => {
    const engine = startEngine();
    const run = await engine.run({ ...waiting, TimeoutSeconds: 60 }, {}, 61_000);
    expect(run).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect((await engine.events(run.arn)).at(-1)?.type).toBe('ExecutionTimedOut');
    expect(engine.states.running()).toBe(0);
  });

  test('an endless loop ends at 25,000 events', async () => {
    const engine = startEngine();
    const run = await engine.run({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } });
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(run.cause).toContain('25000');
  });
});

describe('StartExecution', () => {
  test('with the same name and input gives the execution that is running, and refuses otherwise', async () => {
    const engine = startEngine();
    const stateMachineArn = engine.create(waiting);
    const start = (input: string): Promise<Record<string, unknown>> =>
      engine.api('StartExecution', { stateMachineArn, name: 'one', input });
    const first = await start('{"a":1}');
    expect(first).toEqual({
      executionArn: 'arn:aws:states:eu-central-1:000000000000:execution:machine-1:one',
      startDate: START_MS / 1000,
    });
    expect(await start('{"a":1}')).toEqual(first);
    await expect(start('{"a":2}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists', status: 400 });
    await engine.clock.advance(3_600_000);
    await expect(start('{"a":1}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  test.each([
    [{ name: 'x'.repeat(81) }, 'InvalidName'],
    [{ name: 'a b' }, 'InvalidName'],
    [{ input: '{' }, 'InvalidExecutionInput'],
    [{ input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException'],
    [{ stateMachineArn: 'arn:gone' }, 'StateMachineDoesNotExist'],
  ])('refuses %.60j', async (input, code) => {
    const engine = startEngine();
    await expect(engine.api('StartExecution', { stateMachineArn: engine.create(waiting), ...input })).rejects.toMatchObject({
      code,
    });
  });
});

describe('what is told of an execution', () => {
  test('DescribeExecution gives texts and seconds since the epoch', async () => {
    const engine = startEngine();
    const arn = await engine.start(waiting, { a: 1 });
    await engine.clock.advance(3_600_000);
    expect(await engine.api('DescribeExecution', { executionArn: arn })).toMatchObject({
      status: 'SUCCEEDED',
      startDate: START_MS / 1000,
      stopDate: START_MS / 1000 + 3600,
      input: '{"a":1}',
      output: '{"a":1}',
    });
  });

  test('the history tells a failure with its error and cause, and each event which one came before', async () => {
    const engine = startEngine();
    const run = await engine.run({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Gate', Cause: 'too low' } } });
    expect(await engine.events(run.arn)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: START_MS / 1000,
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::000000000000:role/workflow',
        },
      },
      {
        id: 2,
        previousEventId: 1,
        timestamp: START_MS / 1000,
        type: 'FailStateEntered',
        stateEnteredEventDetails: { name: 'F', input: '{}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp: START_MS / 1000,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'Gate', cause: 'too low' },
      },
    ]);
  });

  test('the history comes in pages, and backwards', async () => {
    const engine = startEngine();
    const arn = (await engine.run(one({ Type: 'Pass' }))).arn;
    const first = await engine.api('GetExecutionHistory', { executionArn: arn, maxResults: 3, reverseOrder: true });
    expect((first['events'] as readonly { id: number }[]).map(({ id }) => id)).toEqual([4, 3, 2]);
    const second = await engine.api('GetExecutionHistory', {
      executionArn: arn,
      maxResults: 3,
      reverseOrder: true,
      nextToken: first['nextToken'],
    });
    expect(second).toMatchObject({ events: [{ id: 1 }] });
    expect(second).not.toHaveProperty('nextToken');
  });

  test('ListExecutions filters by status, the newest first', async () => {
    const engine = startEngine();
    const stateMachineArn = engine.create(waiting);
    for (const name of ['a', 'b', 'c']) await engine.api('StartExecution', { stateMachineArn, name });
    await engine.api('StopExecution', { executionArn: 'arn:aws:states:eu-central-1:000000000000:execution:machine-1:b' });
    const { executions } = await engine.api('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
    expect((executions as readonly { name: string }[]).map(({ name }) => name)).toEqual(['c', 'a']);
  });

  test('an action that does not exist here is refused by name', async () => {
    await expect(startEngine().api('RedriveExecution', {})).rejects.toThrow('RedriveExecution');
  });
});

describe('an execution that is ended from outside', () => {
  test('ends with the given error, and nothing of it goes on', async () => {
    const engine = startEngine();
    const arn = await engine.start({
      StartAt: 'P',
      States: {
        P: { Type: 'Parallel', Branches: [{ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } }], End: true },
      },
    });
    expect(engine.states.running()).toBe(1);
    await engine.api('StopExecution', { executionArn: arn, error: 'E', cause: 'c' });
    await engine.clock.advance(61_000);
    await settle();
    expect(await engine.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'c' });
    expect((await engine.events(arn)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'E', cause: 'c' },
    });
    expect(engine.states.running()).toBe(0);
  });

  test('close ends all of them', async () => {
    const engine = startEngine(() => new Promise(() => undefined));
    const arn = await engine.start(
      one({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f' } }),
    );
    await engine.states.close();
    expect(engine.states.running()).toBe(0);
    expect((await engine.describe(arn)).status).toBe('ABORTED');
  });

  test('a new definition of a state machine leaves running executions their own', async () => {
    const engine = startEngine();
    const stateMachineArn = engine.create(waiting, 'm');
    await engine.api('StartExecution', { stateMachineArn, name: 'old' });
    engine.create(one({ Type: 'Pass', Result: 'new' }), 'm');
    await engine.api('StartExecution', { stateMachineArn, name: 'new' });
    await engine.clock.advance(3_600_000);
    await settle();
    const outputOf = async (name: string): Promise<unknown> =>
      (await engine.describe(`arn:aws:states:eu-central-1:000000000000:execution:m:${name}`)).output;
    expect([await outputOf('old'), await outputOf('new')]).toEqual([{}, 'new']);
  });
});
