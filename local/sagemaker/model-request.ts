import { refuseBeyond } from '../limit.ts';
import { sagemakerLimits } from './limits.ts';
import { boundedTexts, listMember, nameMember, objectMember, refuseOtherMembers, requiredText, validation } from './request.ts';
import type { Members } from './request.ts';

/** @throws AwsError, UnsupportedError for a CreateModel that is not taken */
export const checkModel = (input: Members): void => {
  refuseOtherMembers('CreateModel', input, [
    'ModelName',
    'PrimaryContainer',
    'ExecutionRoleArn',
    'Tags',
    'EnableNetworkIsolation',
  ]);
  requiredText(input, 'ExecutionRoleArn');
  const container = objectMember(input, 'PrimaryContainer');
  refuseOtherMembers('PrimaryContainer', container, ['Image', 'ModelDataUrl', 'Environment', 'ContainerHostname', 'Mode']);
  const { modelVariables, modelVariable } = sagemakerLimits;
  boundedTexts(container, 'Environment', { count: modelVariables, key: modelVariable, value: modelVariable });
  if ((container['Mode'] ?? 'SingleModel') !== 'SingleModel') throw validation('The local cloud knows Mode SingleModel only');
};

/** @throws AwsError, UnsupportedError for a CreateEndpointConfig that is not taken */
export const checkEndpointConfig = (input: Members, findModel: (name: string) => unknown): void => {
  refuseOtherMembers('CreateEndpointConfig', input, ['EndpointConfigName', 'ProductionVariants', 'Tags', 'KmsKeyId']);
  const variants = listMember(input, 'ProductionVariants');
  const [variant] = variants;
  if (!variant || variants.length !== 1)
    throw validation(`The local cloud serves one variant an endpoint, but got ${variants.length}`);
  refuseOtherMembers('ProductionVariants', variant, [
    'VariantName',
    'ModelName',
    'ServerlessConfig',
    'InitialInstanceCount',
    'InstanceType',
    'InitialVariantWeight',
    'ModelDataDownloadTimeoutInSeconds',
    'ContainerStartupHealthCheckTimeoutInSeconds',
  ]);
  nameMember(variant, 'VariantName');
  findModel(requiredText(variant, 'ModelName'));
  if (variant['ServerlessConfig'] === undefined) {
    requiredText(variant, 'InstanceType');
    return;
  }
  const serverless = objectMember(variant, 'ServerlessConfig');
  refuseOtherMembers('ServerlessConfig', serverless, ['MemorySizeInMB', 'MaxConcurrency']);
  const memory = Number(serverless['MemorySizeInMB']);
  if (![1024, 2048, 3072, 4096, 5120, 6144].includes(memory))
    throw validation(`MemorySizeInMB must be 1 to 6 times 1024, but is ${memory}`);
  const concurrency = Number(serverless['MaxConcurrency']);
  const { least, most } = sagemakerLimits.serverlessConcurrency;
  refuseBeyond(
    sagemakerLimits.serverlessConcurrency,
    concurrency,
    `MaxConcurrency must be within ${least} to ${most}, but is ${concurrency}`,
  );
};
