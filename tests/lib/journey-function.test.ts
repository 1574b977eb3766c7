import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expectTypeOf, test } from 'vitest';
import { JourneyFunction } from '../../lib/journey-function.ts';
import type { JourneyFunctionProps } from '../../lib/journey-function.ts';

const shared = { description: 'test', logRetention: RetentionDays.ONE_DAY } as const;

describe('variables of a function', () => {
  test('one that is missing is a type error', () => {
    const build = (): void => {
      const stack = new Stack(new App());
      new JourneyFunction(stack, 'Whole', { ...shared, name: 'archive-events', environment: { DATA_BUCKET: 'bucket' } });
      // @ts-expect-error DATA_BUCKET is missing
      new JourneyFunction(stack, 'Missing', { ...shared, name: 'archive-events', environment: {} });
      // @ts-expect-error MODELS_TABLE is a variable of another function
      new JourneyFunction(stack, 'Foreign', { ...shared, name: 'archive-events', environment: { MODELS_TABLE: 'table' } });
    };
    expectTypeOf(build).returns.toBeVoid();
  });

  test('numbers are handed over as text, and none is optional', () => {
    type Variables = JourneyFunctionProps<'route-tickets'>['environment'];
    expectTypeOf<Variables['SCORING_DEADLINE_MS']>().toEqualTypeOf<string>();
    expectTypeOf<Partial<Variables>>().not.toExtend<Variables>();
  });
});
