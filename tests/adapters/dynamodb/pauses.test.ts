import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamoDbLiveRouting } from '../../../adapters/dynamodb/live-routing.ts';
import { dynamoDbPauses } from '../../../adapters/dynamodb/pauses.ts';
import { dynamoDbPointers } from '../../../adapters/dynamodb/pointers.ts';
import { StoredItemError } from '../../../adapters/dynamodb/stored-item-error.ts';
import { EMPTY_POINTER } from '../../../core/retrain/pointer.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { MODELS_TABLE } from '../../support/table-definitions.ts';

const table = async () => {
  const cloud = await startRetrainingCloud();
  return { cloud, client: new DynamoDBClient(cloud.config), tableName: MODELS_TABLE };
};

const ADAS = { by: 'Ada', reason: 'a wrong label', since: '2026-11-22T09:00:00.000Z' };
const BENS = { by: 'Ben', reason: 'me too', since: '2026-11-22T09:01:00.000Z' };

describe('a pause', () => {
  test('is there until it is resumed, each by itself', async () => {
    const pauses = dynamoDbPauses(await table());
    expect(await pauses.read('automation')).toBeUndefined();
    expect(await pauses.pause('automation', ADAS)).toBeUndefined();
    expect(await pauses.read('automation')).toEqual(ADAS);
    expect(await pauses.read('retraining')).toBeUndefined();
    expect(await pauses.resume('automation')).toEqual(ADAS);
    expect(await pauses.resume('automation')).toBeUndefined();
    expect(await pauses.read('automation')).toBeUndefined();
  });

  test('stays the first one’s, and the same said again is no other', async () => {
    const pauses = dynamoDbPauses(await table());
    await pauses.pause('retraining', ADAS);
    expect(await pauses.pause('retraining', BENS)).toEqual(ADAS);
    expect(await pauses.pause('retraining', ADAS)).toBeUndefined();
    expect(await pauses.read('retraining')).toEqual(ADAS);
  });
});

describe('what routing goes by', () => {
  test('is pointer and pause of automation, read together', async () => {
    const models = await table();
    const live = dynamoDbLiveRouting(models);
    expect(await live()).toEqual({ pointer: EMPTY_POINTER, pause: undefined });
    await dynamoDbPauses(models).pause('retraining', BENS);
    await dynamoDbPauses(models).pause('automation', ADAS);
    expect(await live()).toEqual({ pointer: EMPTY_POINTER, pause: ADAS });
    const pointer = { revision: 1, champion: 1, previous: null, challenger: null };
    await dynamoDbPointers(models).write(pointer);
    const before = models.cloud.countOf('BatchGetItem');
    expect(await live()).toEqual({ pointer, pause: ADAS });
    expect(models.cloud.countOf('BatchGetItem') - before).toBe(1);
  });

  test('is refused where the pause is not as it was written', async () => {
    const { client, tableName } = await table();
    const Item = { pk: { S: 'pause' }, sk: { S: 'automation' }, by: { S: 'Ada' } };
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
    await expect(dynamoDbLiveRouting({ client, tableName })()).rejects.toThrow(StoredItemError);
  });
});
