import { describe, expect, test } from 'vitest';
import { at, listAt, resourcesOf, target, templatesOf } from './synthesized.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const { journey } = templatesOf('dev');
const { journey: journeyInProd } = templatesOf('prod');
const functions = resourcesOf(journey, 'AWS::Lambda::Function');

describe('functions', () => {
  test('there is one for each folder of lambdas', () => {
    const names = functions.map(({ properties }) => at(properties, 'Environment', 'Variables', 'POWERTOOLS_SERVICE_NAME'));
    expect(names.map(String).toSorted()).toEqual(readdirSync(join(import.meta.dirname, '..', '..', 'lambdas')).toSorted());
  });

  test('run on Node 24 and arm64, traced, with logs in JSON and metrics under one name', () => {
    for (const { properties } of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: { Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Signalbox' } },
      });
    }
  });

  test('each logs to a group of its own that forgets', () => {
    const groups = functions.map(({ properties }) => target(at(properties, 'LoggingConfig', 'LogGroup')));
    expect(new Set(groups).size).toBe(functions.length);
    for (const [template, days] of [
      [journey, 7],
      [journeyInProd, 90],
    ] as const) {
      for (const { properties } of resourcesOf(template, 'AWS::Logs::LogGroup')) {
        expect(at(properties, 'RetentionInDays')).toBe(days);
      }
    }
  });

  test('each has a role of its own, without managed policies', () => {
    const roles = functions.map(({ properties }) => target(at(properties, 'Role')));
    expect(new Set(roles).size).toBe(functions.length);
    for (const { properties } of resourcesOf(journey, 'AWS::IAM::Role')) {
      expect(listAt(properties, 'ManagedPolicyArns')).toEqual([]);
    }
  });

  test('the model is given up on before the function is', () => {
    for (const { properties } of functions) {
      const deadlineMs = at(properties, 'Environment', 'Variables', 'SCORING_DEADLINE_MS');
      if (deadlineMs === undefined) continue;
      expect(Number(deadlineMs)).toBeLessThan((Number(at(properties, 'Timeout')) * 1000) / 2);
    }
  });
});
