import { array, assert, asyncProperty, jsonValue, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { one, returns, startEngine, throws } from './states-run.ts';

const pass = (Parameters: object): object => one({ Type: 'Pass', Parameters });

describe('JSONPath in a state machine', () => {
  test('InputPath, Parameters, ResultSelector, ResultPath and OutputPath apply in that order', async () => {
    const engine = startEngine(() => returns({ score: 0.9, noise: 1 }));
    const { output } = await engine.run(
      one({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        InputPath: '$.ticket',
        Parameters: { FunctionName: 'f', Payload: { 'text.$': '$.text', fixed: 1 } },
        ResultSelector: { 'score.$': '$.Payload.score' },
        ResultPath: '$.ticket.result',
        OutputPath: '$.ticket',
      }),
      { ticket: { text: 'hi' }, other: 1 },
    );
    expect(output).toEqual({ text: 'hi', result: { score: 0.9 } });
    expect(JSON.parse(Buffer.from(engine.calls[0]?.input['Payload'] as Uint8Array).toString())).toEqual({ text: 'hi', fixed: 1 });
  });

  test('ResultPath null keeps the input and drops the result', async () => {
    expect((await startEngine().run(one({ Type: 'Pass', Result: 1, ResultPath: null }), { a: 1 })).output).toEqual({ a: 1 });
  });

  test('reference paths go through names in brackets and indices', async () => {
    const { output } = await startEngine().run(
      pass({ 'x.$': "$.a.b[0]['c d']", 'last.$': '$.list[-1]', 'all.$': '$.list[*]', 'some.$': '$.list[0:2]' }),
      { a: { b: [{ 'c d': 5 }] }, list: [1, 2, 3] },
    );
    expect(output).toEqual({ x: 5, last: 3, all: [1, 2, 3], some: [1, 2] });
  });

  test('the context object and variables can be read', async () => {
    const engine = startEngine();
    const run = await engine.run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { 'who.$': '$.name', n: 1 }, Next: 'B' },
          B: {
            Type: 'Pass',
            Parameters: {
              'id.$': '$$.Execution.Id',
              'name.$': '$$.Execution.Input.name',
              'state.$': '$$.State.Name',
              'role.$': '$$.Execution.RoleArn',
              'start.$': '$$.Execution.StartTime',
              'machine.$': '$$.StateMachine.Name',
              'who.$': '$who',
              'n.$': '$n',
              literal: '$who',
            },
            End: true,
          },
        },
      },
      { name: 'Ada' },
    );
    expect(run.output).toEqual({
      id: run.arn,
      name: 'Ada',
      state: 'B',
      role: 'arn:aws:iam::000000000000:role/workflow',
      start: '2026-03-02T08:00:00.000Z',
      machine: 'machine-1',
      who: 'Ada',
      n: 1,
      literal: '$who',
    });
  });

  test('a path that leads nowhere fails the execution with States.Runtime, past every Catch', async () => {
    const run = await startEngine().run({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { 'FunctionName.$': '$.missing' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }],
          End: true,
        },
        C: { Type: 'Succeed' },
      },
    });
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(run.cause).toContain(
      "The JSONPath '$.missing' specified for the field 'FunctionName.$' could not be found in the input '{}'",
    );
  });

  test.each([
    ["States.Format('{} of {}', $.a, $.o)", '1 of {"k":2}'],
    ['States.StringToJson(\'{"a":1}\')', { a: 1 }],
    ['States.JsonToString($.o)', '{"k":2}'],
    ["States.Array($.a, 'x', true, null)", [1, 'x', true, null]],
    ['States.ArrayPartition($.l, 2)', [[1, 2], [3]]],
    ['States.ArrayContains($.l, 3)', true],
    ['States.ArrayRange(1, 9, 3)', [1, 4, 7]],
    ['States.ArrayGetItem($.l, 1)', 2],
    ['States.ArrayLength($.l)', 3],
    ['States.ArrayUnique(States.Array(1, 1, 2))', [1, 2]],
    ["States.Base64Encode('hi')", 'aGk='],
    ["States.Base64Decode('aGk=')", 'hi'],
    ["States.Hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ['States.JsonMerge($.o, States.StringToJson(\'{"k":3,"m":4}\'), false)', { k: 3, m: 4 }],
    ['States.MathAdd($.a, -5)', -4],
    ["States.StringSplit('1,2+3', ',+')", ['1', '2', '3']],
    ["States.Format('it\\'s {}', 1)", "it's 1"],
  ])('%s', async (call, expected) => {
    const run = await startEngine().run(pass({ 'r.$': call }), { a: 1, o: { k: 2 }, l: [1, 2, 3] });
    expect(run.output).toEqual({ r: expected });
  });

  test('an intrinsic function that cannot be computed is an error that a Task catches', async () => {
    const run = await startEngine().run(
      {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { 'FunctionName.$': 'States.ArrayGetItem($.l, 9)' },
            Catch: [{ ErrorEquals: ['States.IntrinsicFailure'], ResultPath: '$.error', Next: 'C' }],
            End: true,
          },
          C: { Type: 'Pass', OutputPath: '$.error.Error', End: true },
        },
      },
      { l: [] },
    );
    expect(run.output).toBe('States.IntrinsicFailure');
  });

  const choose = async (rule: object, input: object): Promise<unknown> => {
    const run = await startEngine().run(
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Y' }], Default: 'N' },
          Y: { Type: 'Pass', Result: 'yes', End: true },
          N: { Type: 'Pass', Result: 'no', End: true },
        },
      },
      input,
    );
    return run.output ?? run.error;
  };

  test.each([
    [{ Variable: '$.s', StringEquals: 'b' }, 'yes'],
    [{ Variable: '$.s', StringLessThan: 'c' }, 'yes'],
    [{ Variable: '$.s', StringGreaterThanEqualsPath: '$.t' }, 'no'],
    [{ Variable: '$.s', StringMatches: '*b*' }, 'yes'],
    [{ Variable: '$.file', StringMatches: 'a.*.csv' }, 'yes'],
    [{ Variable: '$.file', StringMatches: String.raw`a\*csv` }, 'no'],
    [{ Variable: '$.n', NumericEquals: 5 }, 'yes'],
    [{ Variable: '$.n', NumericGreaterThan: 5 }, 'no'],
    [{ Variable: '$.n', NumericLessThanEquals: 5 }, 'yes'],
    [{ Variable: '$.s', NumericEquals: 5 }, 'no'],
    [{ Variable: '$.when', TimestampLessThan: '2026-01-02T00:00:00+01:00' }, 'yes'],
    [{ Variable: '$.when', TimestampEquals: '2026-01-01T01:00:00+01:00' }, 'yes'],
    [{ Variable: '$.yes', BooleanEquals: true }, 'yes'],
    [{ Variable: '$.none', IsNull: true }, 'yes'],
    [{ Variable: '$.gone', IsPresent: false }, 'yes'],
    [{ Variable: '$.n', IsNumeric: true }, 'yes'],
    [{ Variable: '$.n', IsString: false }, 'yes'],
    [{ Variable: '$.when', IsTimestamp: true }, 'yes'],
    [{ Variable: '$.s', IsTimestamp: true }, 'no'],
    [{ And: [{ Variable: '$.n', NumericEquals: 5 }, { Not: { Variable: '$.s', StringEquals: 'x' } }] }, 'yes'],
    [
      {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.yes', BooleanEquals: false },
        ],
      },
      'no',
    ],
    [{ Variable: '$.gone', NumericEquals: 1 }, 'States.Runtime'],
  ])('a choice by %j goes to %s', async (rule, expected) => {
    const input = { s: 'b', t: 'c', n: 5, when: '2026-01-01T00:00:00Z', yes: true, none: null, file: 'a.b.csv' };
    expect(await choose(rule, input)).toBe(expected);
  });

  test('a choice without a match and without a Default fails by name', async () => {
    const run = await startEngine().run(
      {
        StartAt: 'C',
        States: { C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'E' }] }, E: { Type: 'Succeed' } },
      },
      { n: 2 },
    );
    expect(run.error).toBe('States.NoChoiceMatched');
  });

  test('a caught error lands where ResultPath says', async () => {
    const run = await startEngine(() => throws('GateError', 'too low')).run(
      {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'f' },
            Catch: [{ ErrorEquals: ['GateError'], ResultPath: '$.failure', Next: 'C' }],
            End: true,
          },
          C: { Type: 'Pass', End: true },
        },
      },
      { kept: 1 },
    );
    expect(run.output).toEqual({
      kept: 1,
      failure: { Error: 'GateError', Cause: '{"errorType":"GateError","errorMessage":"too low"}' },
    });
  });

  test('what a Pass puts at a path is what a path reads there', async () => {
    const engine = startEngine();
    const name = stringMatching(/^[a-z]{1,6}$/);
    await assert(
      asyncProperty(array(name, { minLength: 1, maxLength: 4 }), jsonValue(), async (names, value) => {
        const path = `$.${names.join('.')}`;
        const json: unknown = JSON.parse(JSON.stringify(value));
        const run = await engine.run({
          StartAt: 'Write',
          States: {
            Write: { Type: 'Pass', Result: { json }, ResultPath: path, Next: 'Read' },
            Read: { Type: 'Pass', InputPath: `${path}.json`, End: true },
          },
        });
        expect(run.output).toEqual(json);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});
