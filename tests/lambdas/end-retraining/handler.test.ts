import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamoDbPointers } from '../../../adapters/dynamodb/pointers.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { MODELS_TABLE } from '../../support/table-definitions.ts';
import { loadFunction } from '../../support/retraining-function.ts';

test('what the retraining made goes, what serves stays, and the outcome is on record', async () => {
  const created = { CreationTime: 0, LastModifiedTime: 0 };
  const sagemaker = serviceOf('sagemaker', {
    ListEndpoints: ({ NameContains }) => ({
      Endpoints: [11, 12].map((version) => ({
        EndpointName: `${String(NameContains)}${version}`,
        EndpointArn: 'arn:aws:sagemaker:eu-central-1:000000000000:endpoint/x',
        EndpointStatus: 'InService',
        ...created,
      })),
    }),
    ListEndpointConfigs: () => ({ EndpointConfigs: [] }),
    ListModels: () => ({ Models: [] }),
    DeleteEndpoint: () => ({}),
    DeleteEndpointConfig: () => ({}),
    DeleteModel: () => ({}),
  });
  const cloud = await startRetrainingCloud([sagemaker]);
  const client = new DynamoDBClient(cloud.config);
  const pointers = dynamoDbPointers({ client, tableName: MODELS_TABLE });
  await pointers.write({ revision: 1, champion: 11, previous: null, challenger: null });
  const { invoke } = await loadFunction(cloud, () => import('../../../lambdas/end-retraining/handler.ts'));

  const ended = await invoke({ version: 12, executionId: 'arn:a', outcome: 'failed', reason: 'x'.repeat(5_000) });

  expect(ended).toEqual({ removed: ['signalbox-test-routing-v12', 'signalbox-test-clustering-v12'] });
  expect(await pointers.read()).toMatchObject({ champion: 11 });
  const key = { pk: { S: 'version#12' }, sk: { S: 'version' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: MODELS_TABLE, Key: key }));
  expect(Item).toMatchObject({ status: { S: 'failed' }, reason: { S: 'x'.repeat(2_000) } });
});
