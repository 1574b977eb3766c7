import { expect, test } from 'vitest';
import type { ApiCall } from '../../local/service.ts';
import type { DiskState } from '../../local/state/disk-state.ts';
import { one, payloadOf, returns, settle, START_MS, startEngine, type Engine } from './states-run.ts';
import { acrossRuns } from './support/state-folder.ts';

const fn = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:function:${name}`;
const never = (): Promise<Record<string, unknown>> => new Promise(() => undefined);
const nameOf = (call: ApiCall): string => String(call.input['FunctionName']).split(':').at(-1) ?? '';

type Answer = NonNullable<Parameters<typeof startEngine>[0]>;

/** One run: an engine on the state, which is cut off as by a kill when `during` is through. */
const firstRun =
  (definition: object, answer: Answer, advanceMs = 0) =>
  async (state: DiskState) => {
    const engine = startEngine(answer, state);
    const arn = await engine.start(definition, { from: 'input' });
    await engine.clock.advance(advanceMs);
    await settle();
    await state.written();
    state.close();
    return arn;
  };

const ARN = 'arn:aws:states:eu-central-1:000000000000:execution:machine-1:';

/** The next run: the same machine, going on. */
const nextRun = async (
  state: DiskState,
  definition: object,
  answer: Answer,
  atMs = START_MS,
): Promise<Engine & { readonly arn: string }> => {
  const engine = startEngine(answer, state, atMs);
  const machine = engine.create(definition, 'machine-1');
  const listed = (await engine.api('ListExecutions', { stateMachineArn: machine }))['executions'] as readonly {
    executionArn: string;
  }[];
  const arn = listed[0]?.executionArn ?? '';
  expect(arn).toContain(ARN);
  state.release();
  await state.released;
  await settle();
  return { ...engine, arn };
};

test('what has ended is as it was, with its history, and its name is still taken', async () => {
  const definition = one({ Type: 'Pass', Result: 'done' });
  await acrossRuns(
    firstRun(definition, () => ({})),
    async (state) => {
      const { arn, describe, events, api, calls } = await nextRun(state, definition, () => ({}));
      expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
      expect((await events(arn)).map(({ type }) => type)).toEqual([
        'ExecutionStarted',
        'PassStateEntered',
        'PassStateExited',
        'ExecutionSucceeded',
      ]);
      const again = {
        stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
        name: arn.split(':').at(-1),
      };
      await expect(api('StartExecution', again)).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
      expect(calls).toEqual([]);
    },
  );
});

test('a task that was under way is called again, with its input and the variables; states before it are not', async () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: {
      First: { Type: 'Task', Resource: fn('first'), Assign: { kept: '{% $states.result %}' }, Output: { a: 1 }, Next: 'Second' },
      Second: { Type: 'Task', Resource: fn('second'), Arguments: '{% {"input": $states.input, "kept": $kept} %}', End: true },
    },
  };
  const first: Answer = (call) => (nameOf(call) === 'first' ? returns('one') : never());
  await acrossRuns(firstRun(definition, first), async (state) => {
    const { arn, describe, events, calls } = await nextRun(state, definition, () => returns('two'));
    expect(calls.map((call) => [nameOf(call), payloadOf(call)])).toEqual([['second', { input: { a: 1 }, kept: 'one' }]]);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: 'two' });
    const types = (await events(arn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(2);
    expect((await events(arn)).map(({ id }) => id)).toEqual(types.map((_, i) => i + 1));
  });
});

test('a Wait and the limit of the execution count from when they began', async () => {
  const definition = (TimeoutSeconds: number) => ({ ...one({ Type: 'Wait', Seconds: 100 }), TimeoutSeconds });
  await acrossRuns(
    firstRun(definition(1000), () => ({}), 40_000),
    async (state) => {
      const { arn, describe, clock } = await nextRun(state, definition(1000), () => ({}), START_MS + 40_000);
      await clock.advance(59_000);
      expect(await describe(arn)).toMatchObject({ status: 'RUNNING' });
      await clock.advance(1_000);
      await settle();
      expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
    },
  );
  await acrossRuns(
    firstRun(definition(50), () => ({}), 40_000),
    async (state) => {
      const { arn, describe, clock } = await nextRun(state, definition(50), () => ({}), START_MS + 40_000);
      await clock.advance(10_000);
      await settle();
      expect(await describe(arn)).toMatchObject({ status: 'TIMED_OUT' });
    },
  );
});

test('a job that was submitted is waited for, not submitted again', async () => {
  const definition = one({
    Type: 'Task',
    Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
    Parameters: { TrainingJobName: 'j' },
  });
  const jobIs =
    (TrainingJobStatus: string): Answer =>
    ({ action }) =>
      action === 'CreateTrainingJob' ? { TrainingJobArn: 'arn' } : { TrainingJobName: 'j', TrainingJobStatus };
  await acrossRuns(firstRun(definition, jobIs('InProgress'), 5_000), async (state) => {
    const { arn, describe, calls, clock } = await nextRun(state, definition, jobIs('Completed'));
    await clock.advance(1_000);
    await settle();
    expect(calls.map(({ action }) => action)).toEqual(['DescribeTrainingJob']);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: { TrainingJobStatus: 'Completed' } });
  });
});

test('a task that waits for its token is answered with the token it gave out', async () => {
  const definition = one({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: 'u', 'MessageBody.$': '$$.Task.Token' },
  });
  let token = '';
  const first: Answer = ({ input }) => {
    token = String(input['MessageBody']);
    return { MessageId: 'm' };
  };
  await acrossRuns(firstRun(definition, first), async (state) => {
    const { arn, describe, calls, api } = await nextRun(state, definition, () => ({}));
    await api('SendTaskSuccess', { taskToken: token, output: '"thanks"' });
    await settle();
    expect(calls).toEqual([]);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: 'thanks' });
  });
});

test.for(['Parallel', 'Map'])(
  'of a %s, branches that have ended are not run again, and the others go on where they were',
  async (kind) => {
    const branch = (names: readonly string[]) => ({
      StartAt: names[0],
      States: Object.fromEntries(
        names.map((name, i) => [
          name,
          { Type: 'Task', Resource: fn(name), ...(names[i + 1] === undefined ? { End: true } : { Next: names[i + 1] }) },
        ]),
      ),
    });
    const definition =
      kind === 'Parallel'
        ? one({ Type: 'Parallel', Branches: [branch(['a']), branch(['b', 'c'])] })
        : one({
            Type: 'Map',
            Parameters: { 'item.$': '$$.Map.Item.Value' },
            ItemsPath: '$.items',
            ItemProcessor: {
              StartAt: 'Which',
              States: {
                Which: {
                  Type: 'Choice',
                  Choices: [{ Variable: '$.item', NumericEquals: 0, Next: 'a' }],
                  Default: 'b',
                },
                a: { Type: 'Task', Resource: fn('a'), End: true },
                b: { Type: 'Task', Resource: fn('b'), Next: 'c' },
                c: { Type: 'Task', Resource: fn('c'), End: true },
              },
            },
          });
    const begun = {
      StartAt: 'Items',
      States: { Items: { Type: 'Pass', Result: { items: [0, 1] }, Next: 'S' }, ...(definition as { States: object }).States },
    };
    const first: Answer = (call) => (nameOf(call) === 'c' ? never() : returns(nameOf(call)));
    await acrossRuns(firstRun(begun, first), async (state) => {
      const { arn, describe, calls } = await nextRun(state, begun, (call) => returns(`${nameOf(call)} again`));
      await settle();
      expect(calls.map(nameOf)).toEqual(['c']);
      expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: ['a', 'c again'] });
    });
  },
);

test('an execution runs to its end by the definition that it was started with', async () => {
  const definition = (end: string) => ({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 10, Next: 'End' }, End: { Type: 'Pass', Result: end, End: true } },
  });
  await acrossRuns(
    firstRun(definition('old'), () => ({})),
    async (state) => {
      const { arn, describe, clock } = await nextRun(state, definition('new'), () => ({}));
      await clock.advance(10_000);
      await settle();
      expect(await describe(arn)).toMatchObject({ output: 'old' });
    },
  );
});

test('a distributed Map starts anew; its former children were aborted', async () => {
  const definition = one({
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Do',
      States: { Do: { Type: 'Task', Resource: fn('do'), End: true } },
    },
    ItemsPath: '$.items',
  });
  const begun = {
    StartAt: 'Items',
    States: { Items: { Type: 'Pass', Result: { items: [1, 2] }, Next: 'S' }, ...(definition as { States: object }).States },
  };
  await acrossRuns(firstRun(begun, never), async (state) => {
    const { arn, describe, calls, api } = await nextRun(state, begun, () => returns('ok'));
    for (let i = 0; i < 3; i++) await settle();
    expect(calls).toHaveLength(2);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: ['ok', 'ok'] });
    const { mapRuns } = (await api('ListMapRuns', { executionArn: arn })) as { mapRuns: { mapRunArn: string }[] };
    const statuses = await Promise.all(
      mapRuns.map(async ({ mapRunArn }) => (await api('DescribeMapRun', { mapRunArn }))['status']),
    );
    expect(statuses).toEqual(['ABORTED', 'SUCCEEDED']);
    const { executions } = await api('ListExecutions', { mapRunArn: mapRuns[0]?.mapRunArn });
    expect((executions as { status: string }[]).map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  });
});
