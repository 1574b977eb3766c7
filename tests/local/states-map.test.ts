import { describe, expect, test } from 'vitest';
import { payloadOf, returns, settle, startEngine, throws } from './states-run.ts';
import { mapOf } from './states-map-fixture.ts';

describe('an inline Map', () => {
  test('keeps the order of its items and shows each iteration its place', async () => {
    const engine = startEngine((call) => returns(payloadOf(call)));
    const fields = {
      Items: '{% $states.input.names %}',
      ItemSelector: {
        name: '{% $states.context.Map.Item.Value %}',
        at: '{% $states.context.Map.Item.Index %}',
        of: '{% $count($states.input.names) %}',
      },
    };
    const run = await engine.run(mapOf(fields), { names: ['a', 'b'] });
    expect(run.output).toEqual([
      { name: 'a', at: 0, of: 2 },
      { name: 'b', at: 1, of: 2 },
    ]);
    const types = (await engine.events(run.arn)).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('Map'))).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'MapIterationStarted',
      'MapIterationSucceeded',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
  });

  test('runs no more iterations at once than it may', async () => {
    let now = 0;
    let most = 0;
    const engine = startEngine(async () => {
      most = Math.max(most, ++now);
      await settle();
      now--;
      return returns(1);
    });
    const arn = await engine.start(mapOf({ MaxConcurrency: 3 }), [1, 2, 3, 4, 5, 6, 7]);
    for (let i = 0; i < 10; i++) await settle();
    expect((await engine.describe(arn)).output).toHaveLength(7);
    expect(most).toBe(3);
  });

  test('ends all iterations at the first failure, which a Catch then sees', async () => {
    const engine = startEngine((call) => (payloadOf(call) === 2 ? throws('Broken') : new Promise(() => undefined)));
    const run = await engine.run(mapOf({}), [1, 2, 3]);
    expect(run).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(engine.states.running()).toBe(0);
    const types = (await engine.events(run.arn)).map(({ type }) => type);
    expect(types).toContain('MapIterationAborted');
    expect(types).toContain('MapStateFailed');
  });

  test('in JSONPath reads ItemsPath, and its items from the context', async () => {
    const run = await startEngine().run(
      {
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            ItemsPath: '$.items',
            ItemSelector: { 'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'tag.$': '$.tag' },
            ResultPath: '$.done',
            ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
            End: true,
          },
        },
      },
      { items: ['x'], tag: 't' },
    );
    expect(run.output).toEqual({ items: ['x'], tag: 't', done: [{ value: 'x', index: 0, tag: 't' }] });
  });
});

describe('Parallel', () => {
  const parallel = (second: object): object => ({
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 60, End: true } } },
          { StartAt: 'B', States: { B: second } },
        ],
        Catch: [{ ErrorEquals: ['Stop'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', Result: 'caught', End: true },
    },
  });

  test('waits for every branch', async () => {
    const engine = startEngine();
    const arn = await engine.start(parallel({ Type: 'Pass', Result: 2, End: true }), { a: 1 });
    await engine.clock.advance(59_000);
    expect((await engine.describe(arn)).status).toBe('RUNNING');
    await engine.clock.advance(1_000);
    expect((await engine.describe(arn)).output).toEqual([{ a: 1 }, 2]);
  });

  test('a failing branch ends the others at once', async () => {
    const run = await startEngine().run(parallel({ Type: 'Fail', Error: 'Stop', Cause: 'c' }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'caught' });
  });
});
