import type { ApiCall, Service } from '../../local/service.ts';
import { NOW } from './retraining-builders.ts';
import { MODELS_TABLE } from './table-definitions.ts';
import { startTestCloud } from './test-cloud.ts';
import type { TestCloud } from './test-cloud.ts';

/**
 * An endpoint with an empty table for models and an empty bucket for data, closed when the test is over.
 * @param services that are there besides DynamoDB and S3
 */
export const startRetrainingCloud = (services: readonly Service[] = []): Promise<TestCloud> =>
  startTestCloud({ nowMs: Date.parse(NOW), tables: [MODELS_TABLE], services });

type Answers = Readonly<Record<string, (input: ApiCall['input']) => Record<string, unknown> | Promise<Record<string, unknown>>>>;

/** A service that answers each action as it is told to, with a value or a thrown `AwsError`. */
export const serviceOf = (name: string, answers: Answers): Service & { readonly asked: readonly ApiCall[] } => {
  const asked: ApiCall[] = [];
  return {
    name,
    actions: new Set(Object.keys(answers)),
    asked,
    call: async (call) => {
      asked.push(call);
      return (await answers[call.action]?.(call.input)) ?? {};
    },
  };
};
