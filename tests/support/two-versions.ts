import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { gunzipSync, gzipSync } from 'node:zlib';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import type { RunningJourney } from './running-journey.ts';

/** Longer than an endpoint is being created. */
const SERVING_MS = 15 * 60_000;

/** Puts endpoints of version 2 beside those of version 1, with the same weights: what differs is which one is asked. */
export const deploySecondVersion = async ({ cloud, operator }: RunningJourney): Promise<void> => {
  const prefix = operator.outputs.EndpointPrefix;
  for (const kind of ['routing', 'clustering']) {
    const name = `${prefix}-${kind}-v2`;
    const first = `${prefix}-${kind}-v1`;
    const { PrimaryContainer, ExecutionRoleArn } = await cloud.call('sagemaker', 'DescribeModel', { ModelName: first });
    const container = PrimaryContainer as { readonly Image: string; readonly ModelDataUrl: string };
    const ModelDataUrl = await asSecondVersion(operator, container.ModelDataUrl);
    const model = { ModelName: name, PrimaryContainer: { Image: container.Image, ModelDataUrl }, ExecutionRoleArn };
    await cloud.call('sagemaker', 'CreateModel', model);
    const { ProductionVariants } = await cloud.call('sagemaker', 'DescribeEndpointConfig', { EndpointConfigName: first });
    const variants = (ProductionVariants as readonly object[]).map((variant) => ({ ...variant, ModelName: name }));
    await cloud.call('sagemaker', 'CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants: variants });
    await cloud.call('sagemaker', 'CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
  }
  await cloud.runFor(SERVING_MS);
};

/** A copy of an artifact whose manifest says version 2. @returns its URL */
const asSecondVersion = async ({ s3 }: RunningJourney['operator'], url: string): Promise<string> => {
  const { hostname: Bucket, pathname } = new URL(url);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: pathname.slice(1) }));
  const tar = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
  const said = /"version":\s*"1"/.exec(tar.toString('latin1'));
  if (!said) throw new Error(`the artifact ${url} does not say version 1`);
  // One byte for another: no size and no checksum of the archive changes.
  tar.write('2', said.index + said[0].length - 2, 'latin1');
  const Key = pathname.slice(1).replace(/-v1\//, '-v2/');
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: gzipSync(tar) }));
  return `s3://${Bucket}/${Key}`;
};

/** Moves the pointer as a promotion or a rollback does. */
export const changeChampion = async ({ operator }: RunningJourney): Promise<void> => {
  const pointers = dynamoDbPointers({ client: operator.dynamoDb, tableName: operator.outputs.ModelsTable });
  const pointer = await pointers.read();
  const champion = pointer.champion === 2 ? 1 : 2;
  const moved = await pointers.write({ ...pointer, revision: pointer.revision + 1, champion, previous: pointer.champion });
  if (moved !== 'written') throw new Error('somebody else moved the pointer');
};
