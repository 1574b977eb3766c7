import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { endpointNames, MAX_SAGEMAKER_NAME_LENGTH } from '../../lib/endpoint-names.ts';
import { retrainingDefinition, STEP_NAMES } from '../../lib/retraining-definition.ts';
import type { StepName } from '../../lib/retraining-definition.ts';
import { STAGE_NAMES, stageNamed } from '../../lib/stages.ts';
import type { StageName, StageSettings } from '../../lib/stages.ts';
import { at, listAt } from './synthesized.ts';

const settingsOf = (stage: StageName): StageSettings => {
  const settings = stageNamed(stage);
  if (!settings) throw new Error(`no stage ${stage}`);
  return settings;
};

const definitionOf = (stage: StageName): unknown =>
  retrainingDefinition({
    partition: 'aws',
    functions: Object.fromEntries(
      STEP_NAMES.map((name) => [name, `arn:aws:lambda:eu-west-1:111122223333:function:${name}`]),
    ) as Record<StepName, string>,
    endpoints: endpointNames(stage),
    endpointMaxConcurrency: settingsOf(stage).endpointMaxConcurrency,
    settings: settingsOf(stage).retraining,
    imageUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/images:hash',
    modelRoleArn: 'arn:aws:iam::111122223333:role/model',
    bucketName: 'data',
    keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1',
    checkpointPrefix: 'checkpoints/abc/',
  });

const definition = definitionOf('dev');
/** States of the workflow itself, without those inside of its Maps. */
const states = at(definition, 'States') as Record<string, unknown>;

/** Each set of states of the definition with where it starts: the workflow, and what its Maps run. */
const scopes = (value: unknown): readonly { readonly start: string; readonly states: Record<string, unknown> }[] => {
  const states = at(value, 'States') as Record<string, unknown>;
  const inner = Object.values(states).flatMap((state) => (at(state, 'ItemProcessor') ? scopes(at(state, 'ItemProcessor')) : []));
  return [{ start: String(at(value, 'StartAt')), states }, ...inner];
};

const nextOf = (state: unknown): readonly string[] =>
  [
    at(state, 'Next'),
    at(state, 'Default'),
    ...listAt(state, 'Choices').map((choice) => at(choice, 'Next')),
    ...listAt(state, 'Catch').map((handler) => at(handler, 'Next')),
  ].filter((next): next is string => typeof next === 'string');

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const expressions = textsIn(definition).flatMap((text) => /^\{%([\s\S]*)%\}$/.exec(text)?.[1] ?? []);

describe('the shape of the workflow', () => {
  test('every state is reached, and every state that is named is there', () => {
    for (const { start, states } of scopes(definition)) {
      const reached = new Set([start]);
      for (const name of reached) for (const next of nextOf(states[name])) reached.add(next);
      expect([...reached].toSorted()).toEqual(Object.keys(states).toSorted());
    }
  });

  test('whatever fails after the lock is taken passes the End, which undoes', () => {
    const failing = Object.entries(states).filter(([, state]) => ['Task', 'Map'].includes(String(at(state, 'Type'))));
    const uncaught = failing.filter(([, state]) => {
      const all = listAt(state, 'Catch').find((handler) => listAt(handler, 'ErrorEquals').includes('States.ALL'));
      const next = String(at(all, 'Next'));
      return next !== 'End' && at(states[next], 'Default') !== 'End';
    });
    expect(uncaught.map(([name]) => name)).toEqual(['Begin', 'End']);
  });

  test('it ends as a failure exactly where it failed', () => {
    expect(nextOf(states['Ended'])).toEqual(['Done', 'RetrainingFailed']);
    expect(at(states['RetrainingFailed'], 'Type')).toBe('Fail');
    expect(at(states['Done'], 'Type')).toBe('Succeed');
    expect(at(states['AlreadyRunning'], 'Type')).toBe('Fail');
    expect(at(states['Paused'], 'Type')).toBe('Succeed');
  });

  test('it has a time limit, shorter than the lock and longer than its waits', () => {
    for (const stage of STAGE_NAMES) {
      const { retraining } = settingsOf(stage);
      const limit = Number(at(definitionOf(stage), 'TimeoutSeconds'));
      const { shadow, canary, endpointTimeout, trainingTimeout } = retraining;
      const waits = shadow.toSeconds() + canary.toSeconds() + endpointTimeout.toSeconds() + 4 * trainingTimeout.toSeconds();
      expect(limit).toBeGreaterThan(waits);
      expect(retraining.lock.toSeconds()).toBeGreaterThan(limit);
    }
  });

  test('a training is tried twice, each time under another name', async () => {
    const name = String(at(states['TrainRouting'], 'Arguments', 'TrainingJobName')).slice(2, -2);
    const named = (tried: number): Promise<unknown> => jsonata(name).evaluate(undefined, { version: 12, try: tried });
    expect(await named(1)).toBe('signalbox-dev-routing-v12-t1');
    expect(await named(2)).toBe('signalbox-dev-routing-v12-t2');
    expect(at(states['TrainRouting'], 'Retry')).toBeUndefined();
    expect(
      await jsonata(String(at(states['CountRoutingTry'], 'Choices', 0, 'Condition')).slice(2, -2)).evaluate(undefined, {
        try: 2,
      }),
    ).toBe(false);
  });

  test('both trainings keep what they encode in the folder of the encoder, where the next try finds it', () => {
    for (const state of ['TrainRouting', 'TrainClustering'])
      expect(at(states[state], 'Arguments', 'CheckpointConfig')).toEqual({ S3Uri: 's3://data/checkpoints/abc/' });
  });

  test('both endpoints of a version are deployed under their names', async () => {
    const variables = { version: 12, routingArtifact: 's3://r', clusteringArtifact: 's3://c' };
    const items: unknown = await jsonata(String(at(states['Deploy'], 'Items')).slice(2, -2)).evaluate(undefined, variables);
    expect(items).toEqual([
      { name: 'signalbox-dev-routing-v12', artifact: 's3://r' },
      { name: 'signalbox-dev-clustering-v12', artifact: 's3://c' },
    ]);
  });
});

describe('expressions', () => {
  test('all can be read as JSONata', () => {
    expect(expressions.length).toBeGreaterThan(40);
    for (const expression of expressions) expect(() => jsonata(expression)).not.toThrow();
  });

  test('all variables are given before they are used', () => {
    const used = new Set(
      expressions.flatMap((text) => [...text.matchAll(/\$([a-zA-Z]\w*)\b(?!\s*\(|\s*:=)/g)].map(([, name]) => name)),
    );
    const local = new Set(expressions.flatMap((text) => [...text.matchAll(/\$(\w+)\s*:=/g)].map(([, name]) => name)));
    const assigned = new Set(
      scopes(definition).flatMap(({ states }) =>
        Object.values(states).flatMap((state) =>
          [state, ...listAt(state, 'Catch'), ...listAt(state, 'Choices')].flatMap((one) => Object.keys(at(one, 'Assign') ?? {})),
        ),
      ),
    );
    expect([...used].filter((name) => name !== 'states' && !assigned.has(String(name)) && !local.has(name))).toEqual([]);
  });

  describe('of a failure, one sentence is told', () => {
    const expression = String(at(definition, 'States', 'Deploy', 'Catch', 0, 'Assign', 'reason')).slice(2, -2);
    const sentence = (errorOutput: unknown): Promise<unknown> =>
      jsonata(expression).evaluate(undefined, { states: { errorOutput }, parse: (text: string) => JSON.parse(text) as unknown });

    test('from the error of a function', async () => {
      const Cause = JSON.stringify({ errorType: 'NotEnoughToLearn', errorMessage: 'Only 3 tickets.', trace: [] });
      expect(await sentence({ Error: 'NotEnoughToLearn', Cause })).toBe('Only 3 tickets.');
    });

    test('from the state of a training job', async () => {
      const Cause = JSON.stringify({ TrainingJobStatus: 'Failed', FailureReason: 'AlgorithmError: no train.jsonl' });
      expect(await sentence({ Error: 'States.TaskFailed', Cause })).toBe('AlgorithmError: no train.jsonl');
    });

    test('from plain text, and from the name of the error where there is none', async () => {
      expect(await sentence({ Error: 'EndpointNotInService', Cause: 'Endpoint x is Failed' })).toBe('Endpoint x is Failed');
      expect(await sentence({ Error: 'States.Timeout' })).toBe('States.Timeout');
    });

    test('at most 500 characters of it', async () => {
      expect(await sentence({ Error: 'E', Cause: 'x'.repeat(9_000) })).toHaveLength(500);
    });
  });
});

describe('names', () => {
  test('the longest fits SageMaker, in every stage, for more versions than there will be', () => {
    for (const stage of STAGE_NAMES) {
      const { routing, clustering } = endpointNames(stage);
      for (const prefix of [routing, clustering]) {
        const longest = `${prefix}${Number.MAX_SAFE_INTEGER}-t9`;
        expect(longest.length).toBeLessThanOrEqual(MAX_SAGEMAKER_NAME_LENGTH);
      }
    }
  });

  test('are of lower case, digits and hyphens', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STAGE_NAMES), fc.integer({ min: 1 }), (stage, version) => {
        const { routing, clustering } = endpointNames(stage);
        for (const prefix of [routing, clustering]) expect(`${prefix}${version}`).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      }),
    );
  });
});
