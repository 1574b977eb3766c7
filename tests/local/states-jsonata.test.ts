import { describe, expect, test } from 'vitest';
import { jsonata, one, returns, START_MS, startEngine } from './states-run.ts';

describe('JSONata in a state machine', () => {
  test('Arguments, Output and Assign read the input, the result and the variables', async () => {
    const engine = startEngine(() => returns({ score: 7 }));
    const run = await engine.run(
      {
        ...jsonata,
        StartAt: 'Remember',
        States: {
          Remember: { Type: 'Pass', Assign: { factor: '{% $states.input.factor %}', list: [1, '{% 1 + 1 %}'] }, Next: 'Call' },
          Call: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'score', Payload: { text: '{% $states.input.text & "!" %}' } },
            Assign: { score: '{% $states.result.Payload.score %}' },
            Output: { asked: '{% $states.input.text %}', doubled: '{% $states.result.Payload.score * $factor %}' },
            Next: 'Use',
          },
          Use: { Type: 'Pass', Output: { before: '{% $states.input %}', score: '{% $score %}', list: '{% $list %}' }, End: true },
        },
      },
      { factor: 3, text: 'hello' },
    );
    expect(run.output).toEqual({ before: { asked: 'hello', doubled: 21 }, score: 7, list: [1, 2] });
    expect(JSON.parse(Buffer.from(engine.calls[0]?.input['Payload'] as Uint8Array).toString())).toEqual({ text: 'hello!' });
  });

  test('Output sees the variables as they were before the same state assigns them', async () => {
    const { output } = await startEngine().run({
      ...jsonata,
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: { was: '{% $n %}' }, Next: 'C' },
        C: { Type: 'Pass', Output: { was: '{% $states.input.was %}', is: '{% $n %}' }, End: true },
      },
    });
    expect(output).toEqual({ was: 1, is: 2 });
  });

  test('a branch reads the variables around it and its own assignments do not leak', async () => {
    const branch = (name: string, value: number): object => ({
      StartAt: `${name}1`,
      States: {
        [`${name}1`]: { Type: 'Pass', Assign: { inner: value, outer: '{% $outer + 1 %}' }, Next: `${name}2` },
        [`${name}2`]: { Type: 'Pass', Output: '{% $inner + $outer %}', End: true },
      },
    });
    const { output } = await startEngine().run({
      ...jsonata,
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [branch('x', 1), branch('y', 2)], Next: 'B' },
        B: {
          Type: 'Pass',
          Output: { sums: '{% $states.input %}', outer: '{% $outer %}', leaked: '{% $exists($inner) %}' },
          End: true,
        },
      },
    });
    expect(output).toEqual({ sums: [12, 13], outer: 10, leaked: false });
  });

  test('the functions of Step Functions work, and time is the clock’s', async () => {
    const { output } = await startEngine().run(
      one(
        {
          Type: 'Pass',
          Output: {
            parts: '{% $partition([1,2,3,4,5], 2) %}',
            range: '{% $range(0, 10, 5) %}',
            hash: '{% $hash("abc", "SHA-256") %}',
            seeded: '{% $random(7) = $random(7) %}',
            uuid: '{% $length($uuid()) %}',
            parsed: '{% $parse("{\\"a\\":1}").a %}',
            now: '{% $now() %}',
            millis: '{% $millis() %}',
            entered: '{% $states.context.State.EnteredTime %}',
          },
        },
        jsonata,
      ),
    );
    expect(output).toEqual({
      parts: [[1, 2], [3, 4], [5]],
      range: [0, 5, 10],
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      seeded: true,
      uuid: 36,
      parsed: 1,
      now: '2026-03-02T08:00:00.000Z',
      millis: START_MS,
      entered: '2026-03-02T08:00:00.000Z',
    });
  });

  test.each([
    ['an expression that yields nothing', '{% $states.input.missing %}', 'returned nothing (undefined)'],
    ['an expression that fails', '{% "a" * 2 %}', 'threw an error during evaluation'],
    ['an expression that yields a function', '{% function($x) { $x } %}', 'returned an unsupported result type'],
    ['$eval', '{% $eval("1") %}', 'use $parse'],
  ])('%s ends the execution with a query evaluation error', async (_, expression, why) => {
    const run = await startEngine().run(one({ Type: 'Pass', Output: expression }, jsonata));
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(run.cause).toContain(why);
    expect(run.cause).toContain("the state 'S'");
  });

  test('a query evaluation error of a Task can be caught', async () => {
    const { output } = await startEngine().run({
      ...jsonata,
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: '{% $states.input.nobody %}' },
          Catch: [
            {
              ErrorEquals: ['States.QueryEvaluationError'],
              Assign: { caught: '{% $states.errorOutput.Error %}' },
              Output: { why: '{% $states.errorOutput.Cause %}' },
              Next: 'After',
            },
          ],
          End: true,
        },
        After: { Type: 'Pass', Output: { caught: '{% $caught %}', why: '{% $states.input.why %}' }, End: true },
      },
    });
    expect(output).toMatchObject({
      caught: 'States.QueryEvaluationError',
      why: expect.stringContaining('Arguments/FunctionName') as string,
    });
  });

  test('a Choice takes the first condition that holds, with its own Output, and the Default with the state’s', async () => {
    const definition = {
      ...jsonata,
      StartAt: 'C',
      States: {
        C: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Output: { n: '{% $states.input.n %}', size: 'big' } },
            { Condition: '{% $states.input.n > 5 %}', Next: 'Big', Assign: { seen: true } },
          ],
          Default: 'Small',
          Output: { size: 'small' },
        },
        Big: { Type: 'Succeed' },
        Small: { Type: 'Succeed' },
      },
    };
    const engine = startEngine();
    expect((await engine.run(definition, { n: 11 })).output).toEqual({ n: 11, size: 'big' });
    expect((await engine.run(definition, { n: 6 })).output).toEqual({ n: 6 });
    expect((await engine.run(definition, { n: 1 })).output).toEqual({ size: 'small' });
  });

  test('a condition that is no boolean fails the execution', async () => {
    const run = await startEngine().run({
      ...jsonata,
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'E' }], Default: 'E' }, E: { Type: 'Succeed' } },
    });
    expect(run.error).toBe('States.QueryEvaluationError');
  });

  test('a Fail state computes its error and its cause', async () => {
    const run = await startEngine().run(
      {
        ...jsonata,
        StartAt: 'F',
        States: { F: { Type: 'Fail', Error: '{% "Bad" & $states.input.kind %}', Cause: '{% $states.input.why %}' } },
      },
      { kind: 'Gate', why: 'accuracy too low' },
    );
    expect(run).toMatchObject({ status: 'FAILED', error: 'BadGate', cause: 'accuracy too low' });
  });

  test('a single JSONata state can stand in a JSONPath machine', async () => {
    const { output } = await startEngine().run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: { sum: '{% $sum($states.input.n) %}' }, Next: 'B' },
          B: { Type: 'Pass', Parameters: { 'total.$': '$.sum' }, End: true },
        },
      },
      { n: [1, 2, 3] },
    );
    expect(output).toEqual({ total: 6 });
  });
});
