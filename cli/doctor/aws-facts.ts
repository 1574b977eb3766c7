import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import type { AwsFacts } from './aws-checks.ts';

/** A person waits for it: two tries, and none of them long. */
const HURRIED = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** Of the account that the caller's own credentials are for. */
export const awsFacts = ({
  aws,
  cloudFormation,
}: Pick<StageSurroundings, 'aws' | 'cloudFormation'>): AwsFacts & { readonly close: () => void } => {
  const sts = new STSClient({ ...HURRIED, ...aws });
  const stacks = new CloudFormationClient({ ...HURRIED, ...cloudFormation });
  const quotas = new ServiceQuotasClient({ ...HURRIED, ...aws });

  const outputsOf = async (StackName: string): Promise<ReadonlyMap<string, string> | undefined> => {
    try {
      const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
      return new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    } catch (error) {
      if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  };

  return {
    region: () => sts.config.region(),
    identity: async () => {
      const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    bootstrapVersion: async () => {
      const outputs = await outputsOf('CDKToolkit');
      return outputs && Number(outputs.get('BootstrapVersion') ?? 0);
    },
    quotas: async () => {
      const found = new Map<string, number>();
      for await (const { Quotas } of paginateListServiceQuotas({ client: quotas, pageSize: 100 }, { ServiceCode: 'sagemaker' }))
        for (const { QuotaName, Value } of Quotas ?? []) if (QuotaName !== undefined) found.set(QuotaName, Value ?? 0);
      return found;
    },
    deployed: async (stage) => (await outputsOf(`signalbox-${stage}-journey`)) !== undefined,
    close: () => {
      for (const client of [sts, stacks, quotas]) client.destroy();
    },
  };
};
