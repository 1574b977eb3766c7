import { describe, expect, test } from 'vitest';
import { AwsError, UnsupportedError } from '../../local/service.ts';
import { jsonata, one, role, startEngine } from './states-run.ts';

const problemOf = (definition: object, properties: object = {}): Error => {
  try {
    startEngine().states.createStateMachine({ name: 'm', definition, role, properties: { ...properties } });
  } catch (error) {
    return error as Error;
  }
  throw new Error('the definition was accepted');
};

const task = (Resource: string): object => one({ Type: 'Task', Resource });
const distributed = (fields: object, inner: object = { Type: 'Pass', End: true }): object =>
  one({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, StartAt: 'I', States: { I: inner } },
    ...fields,
  });

describe('a definition that cannot run here is refused by name', () => {
  test.each([
    [one({ Type: 'Activity' }), '"Activity" at /States/S/Type'],
    [one({ Type: 'Pass', Colour: 1 }), "Colour of the JSONPath Pass state 'S' is unknown at /States/S/Colour"],
    [one({ Type: 'Pass', Output: 1 }), 'Output of the JSONPath Pass state'],
    [one({ Type: 'Pass', Parameters: {} }, jsonata), 'Parameters of the JSONata Pass state'],
    [
      one({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Credentials: {} }),
      "Credentials of the JSONPath Task state 'S' is not supported",
    ],
    [task('arn:aws:states:::ecs:runTask.sync'), 'ecs:runTask'],
    [task('arn:aws:states:::http:invoke'), 'http:invoke'],
    [task('arn:aws:states:::sagemaker:createEndpoint.sync'), 'no .sync'],
    [task('arn:aws:states:::aws-sdk:braket:createJob'), 'braket'],
    [task('arn:aws:states:::aws-sdk:sagemaker:createTrainingJob.sync'), 'no .sync'],
    [task('arn:aws:states:eu-central-1:000000000000:activity:a'), 'activity:a'],
    [one({ Type: 'Pass', InputPath: '$..a' }), 'recursive descent'],
    [one({ Type: 'Pass', Parameters: { 'a.$': '$.l[?(@.x > 1)]' } }), 'filter expression'],
    [one({ Type: 'Pass', Parameters: { 'a.$': '$.l[0,1]' } }), 'union'],
    [{ ...one({ Type: 'Pass' }), Colour: 1 }, 'unknown field Colour at /Colour'],
    [
      distributed({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'PARQUET' } } }),
      'PARQUET',
    ],
    [one({ Type: 'Choice', Choices: [{ Variable: '$.a', IsLovely: true, Next: 'S' }] }), 'IsLovely'],
    [
      one({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Retry: [{ ErrorEquals: ['E'], Colour: 1 }] }),
      'Retry[0]/Colour',
    ],
  ])('%j', (definition, what) => {
    const problem = problemOf(definition);
    expect(problem).toBeInstanceOf(UnsupportedError);
    expect(problem.message).toContain(what);
  });

  test('an EXPRESS state machine', () => {
    expect(problemOf(one({ Type: 'Pass' }), { StateMachineType: 'EXPRESS' }).message).toContain('EXPRESS');
  });
});

describe('a definition that AWS refuses is refused with its place', () => {
  test.each([
    [{ StartAt: 'Gone', States: { S: { Type: 'Succeed' } } }, 'StartAt names no state: "Gone"'],
    [{ StartAt: 'S', States: { S: { Type: 'Pass', Next: 'Gone' } } }, "the missing transition target 'Gone' at /States/S/Next"],
    [{ StartAt: 'S', States: { S: { Type: 'Succeed' }, T: { Type: 'Succeed' } } }, "the state 'T' is not reachable"],
    [{ StartAt: 'S', States: { S: { Type: 'Pass' } } }, 'needs either Next or End'],
    [{ StartAt: 'S', States: {} }, 'States is missing or empty'],
    [{ StartAt: 'S', States: { S: { Type: 'Wait', Seconds: 1, Timestamp: 'x', End: true } } }, 'exactly one of'],
    [{ StartAt: 'S', States: { S: { Type: 'Choice', Choices: [] } } }, 'Choices is missing or empty'],
    [one({ Type: 'Pass', Output: '{% 1 + %}' }, jsonata), 'the JSONata expression does not parse'],
    [one({ Type: 'Pass', Output: ' {% 1 %}' }, jsonata), 'without spaces around'],
    [one({ Type: 'Pass', QueryLanguage: 'JSONPath' }, jsonata), 'cannot stand in a JSONata state machine'],
    [one({ Type: 'Pass', Parameters: { 'a.$': 'plain' } }), "'plain' is not a JSONPath"],
    [one({ Type: 'Pass', Parameters: { 'a.$': 'States.Nope(1)' } }), 'there is no intrinsic function States.Nope'],
    [
      one({ Type: 'Map', ItemProcessor: { StartAt: 'S', States: { S: { Type: 'Pass', End: true } } } }),
      "the state name 'S' is used twice",
    ],
    [
      one({ Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } } }),
      'DISTRIBUTED',
    ],
    [
      distributed({}, { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true }),
      'EXPRESS child',
    ],
    [
      one({
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'S' },
          { ErrorEquals: ['E'], Next: 'S' },
        ],
      }),
      'States.ALL must stand alone',
    ],
    [
      one({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }),
      'BackoffRate',
    ],
    [{ StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: { Type: 'Succeed' } } }, 'longer than 80'],
  ])('%j', (definition, what) => {
    const problem = problemOf(definition);
    expect(problem).toBeInstanceOf(AwsError);
    expect((problem as AwsError).code).toBe('InvalidDefinition');
    expect(problem.message).toContain(what);
  });

  test('every problem is named at once', () => {
    const { message } = problemOf({ StartAt: 'S', States: { S: { Type: 'Pass', Next: 'A' }, T: { Type: 'Pass', Next: 'B' } } });
    expect(message).toContain("'A'");
    expect(message).toContain("'B'");
  });
});

test('a definition’s substitutions are filled in', async () => {
  const engine = startEngine();
  const { arn } = engine.states.createStateMachine({
    name: 'm',
    definition: one({ Type: 'Pass', Result: '${Greeting}' }),
    role,
    properties: { DefinitionSubstitutions: { Greeting: 'say "hi"' } },
  });
  const { definition } = await engine.api('DescribeStateMachine', { stateMachineArn: arn });
  expect(JSON.parse(definition as string)).toMatchObject({ States: { S: { Result: 'say "hi"' } } });
});
