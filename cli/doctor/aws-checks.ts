import { asAwsMistake } from '../stage/aws-mistakes.ts';
import { LOCAL_STAGE } from '../stage/local-stage.ts';
import type { Check, Finding } from './check.ts';

/** What the checks of an AWS account ask. Everything may throw what the SDK throws. */
export interface AwsFacts {
  readonly region: () => Promise<string>;
  readonly identity: () => Promise<{ readonly account: string; readonly arn: string }>;
  /** Of the CDK's bootstrap stack; undefined where there is none. */
  readonly bootstrapVersion: () => Promise<number | undefined>;
  /** SageMaker's quotas in this account and region, by name. */
  readonly quotas: () => Promise<ReadonlyMap<string, number>>;
  /** Whether the stage's journey stack is there. */
  readonly deployed: (stage: string) => Promise<boolean>;
}

/** The modern bootstrap stack, which assets are published through; cdk names the same number. */
const BOOTSTRAP_VERSION = 6;

export const CONCURRENCY_QUOTA = 'Maximum total concurrency that can be allocated across all serverless endpoints';
/** Champion, the champion before it, and a challenger; each a routing and a clustering endpoint with MaxConcurrency 2. */
const CONCURRENCY_NEEDED = 12;

/** As lib/stages.ts has it: prod trains on the larger one. */
const trainingQuota = (stage: string): string => `ml.m5.${stage === 'prod' ? 'xlarge' : 'large'} for training job usage`;

/**
 * Checks of the account that a stage goes to. Where no stage is named they only tell what a deployment would want: then nothing about
 * AWS is a problem.
 */
export const awsChecks = (facts: AwsFacts, stage: string): readonly Check[] => {
  const grave = stage === LOCAL_STAGE ? 'warning' : 'problem';
  const wrong = (says: string, todo: string): Finding => ({ kind: grave, says, todo });
  const meant = stage === LOCAL_STAGE ? 'dev' : stage;
  const identity = once(facts.identity);
  const quotas = once(facts.quotas);

  /** A check that needs credentials; what AWS refuses is told with what to do. */
  const asking = (name: string, look: () => Promise<Finding>): Check => ({
    name,
    look: async () => {
      try {
        await Promise.all([facts.region(), identity()]);
      } catch {
        return { kind: 'skipped', says: 'not looked at without credentials and a region' };
      }
      try {
        return await look();
      } catch (error) {
        return wrong('could not be asked', told(error));
      }
    },
  });

  return [
    {
      name: 'AWS region',
      look: async () => {
        try {
          return { kind: 'ok', says: await facts.region() };
        } catch (error) {
          return wrong('none is set', told(error));
        }
      },
    },
    {
      name: 'AWS credentials',
      look: async () => {
        const region = await facts.region().catch(() => undefined);
        if (region === undefined) return { kind: 'skipped', says: 'not looked at without a region' };
        try {
          const { account, arn } = await identity();
          return { kind: 'ok', says: `account ${account}, as ${arn.split(':').at(-1) ?? arn}` };
        } catch (error) {
          return wrong('none that AWS takes', told(error));
        }
      },
    },
    asking('CDK bootstrap', async () => {
      const version = await facts.bootstrapVersion();
      const todo = `Run npx cdk bootstrap aws://${(await identity()).account}/${await facts.region()} once.`;
      if (version === undefined) return wrong('this account and region are not bootstrapped', todo);
      return version < BOOTSTRAP_VERSION
        ? wrong(`version ${version}, and ${BOOTSTRAP_VERSION} is needed`, todo)
        : { kind: 'ok', says: `version ${version}` };
    }),
    asking('serverless concurrency', async () => {
      const quota = (await quotas()).get(CONCURRENCY_QUOTA);
      const todo = `Ask for ${CONCURRENCY_NEEDED} or more of SageMaker's quota "${CONCURRENCY_QUOTA}" in the Service Quotas console: a champion, the one before it and a challenger have two endpoints each, for two calls at a time.`;
      if (quota === undefined) return wrong('the quota is not listed in this region', todo);
      return quota < CONCURRENCY_NEEDED
        ? wrong(`${quota} for all serverless endpoints, and ${CONCURRENCY_NEEDED} are needed`, todo)
        : { kind: 'ok', says: `${quota} for all serverless endpoints` };
    }),
    asking('training machines', async () => {
      const name = trainingQuota(meant);
      const quota = (await quotas()).get(name) ?? 0;
      const todo = `Ask for 1 or more of SageMaker's quota "${name}" in the Service Quotas console.`;
      return quota < 1 ? wrong(`${quota} of "${name}"`, todo) : { kind: 'ok', says: `${quota} of "${name}"` };
    }),
    ...(stage === LOCAL_STAGE
      ? []
      : [
          asking(`stage ${stage}`, async () =>
            (await facts.deployed(stage))
              ? { kind: 'ok', says: 'deployed' }
              : { kind: 'warning', says: 'not deployed yet', todo: `Deploy it with npx cdk deploy --all -c stage=${stage}.` },
          ),
        ]),
  ];
};

const told = (error: unknown): string => {
  const mistake = asAwsMistake(error);
  return mistake instanceof Error ? (mistake.message.split('\n')[0] ?? '') : String(mistake);
};

/** Asked once, however many checks want to know. */
const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
};
