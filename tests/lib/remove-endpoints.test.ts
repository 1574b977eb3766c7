import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, target, templatesOf } from './synthesized.ts';

const { journey } = templatesOf('dev');
const [removal] = resourcesOf(journey, 'Custom::RemoveEndpoints');
const dependencies = (resource: unknown): readonly string[] => listAt(resource, 'DependsOn').map(String);

describe('removal of endpoints', () => {
  test('has no properties beyond its function, so that no deployment updates it', () => {
    expect(Object.keys(at(removal, 'properties') ?? {}).toSorted()).toEqual(['ServiceTimeout', 'ServiceToken']);
    const [first, ...others] = resourcesOf(journey, 'AWS::Lambda::Function').filter(
      ({ id }) => id === target(at(removal, 'properties', 'ServiceToken')),
    );
    expect(others).toEqual([]);
    expect(at(first, 'properties', 'Timeout')).toBe(900);
    expect(Number(at(removal, 'properties', 'ServiceTimeout'))).toBeGreaterThanOrEqual(900);
  });

  test('runs while what it, the endpoints and the executions need is still there', () => {
    const outliving = dependencies(removal?.resource);
    const needed = ['AWS::StepFunctions::StateMachine', 'AWS::IAM::Role', 'AWS::IAM::Policy'].flatMap((type) =>
      resourcesOf(journey, type)
        .map(({ id }) => id)
        .filter((id) => /^(Retraining(?!Schedule)|RemoveEndpoints)/.test(id)),
    );
    expect(needed.length).toBeGreaterThan(15);
    expect(outliving).toEqual(expect.arrayContaining(needed));
  });

  test('runs when drift can start no more retrainings', () => {
    const rule = resourcesOf(journey, 'AWS::Events::Rule').find(({ id }) => id.startsWith('BusDriftToRetraining'));
    expect(dependencies(rule?.resource)).toContain(removal?.id);
  });
});
