import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamoDbModelVersions } from '../../../adapters/dynamodb/model-versions.ts';
import { cachedRead } from '../../../adapters/dynamodb/cached-read.ts';
import { dynamoDbPointers, POINTER_CACHE_MS } from '../../../adapters/dynamodb/pointers.ts';
import { dynamoDbRetrainingLock } from '../../../adapters/dynamodb/retraining-lock.ts';
import { EMPTY_POINTER } from '../../../core/retrain/pointer.ts';
import type { Pointer } from '../../../core/retrain/pointer.ts';
import { NOW } from '../../support/retraining-builders.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { MODELS_TABLE } from '../../support/table-definitions.ts';

const table = async () => {
  const cloud = await startRetrainingCloud();
  return { cloud, client: new DynamoDBClient(cloud.config), tableName: MODELS_TABLE };
};

const storedItem = async ({ client, tableName }: Awaited<ReturnType<typeof table>>, pk: string, sk: string) =>
  (await client.send(new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } } }))).Item;

describe('the pointer', () => {
  const first: Pointer = { revision: 1, champion: 1, previous: null, challenger: null };

  test('is empty before the first write, and reads back as it was written', async () => {
    const pointers = dynamoDbPointers(await table());
    expect(await pointers.read()).toEqual(EMPTY_POINTER);
    expect(await pointers.write(first)).toBe('written');
    const canary = { revision: 2, champion: 1, previous: null, challenger: { version: 2, share: 0.1 } };
    expect(await pointers.write(canary)).toBe('written');
    expect(await pointers.read()).toEqual(canary);
  });

  test('a write on a revision that somebody else has passed is lost', async () => {
    const pointers = dynamoDbPointers(await table());
    await pointers.write(first);
    expect(await pointers.write({ ...first, champion: 2 })).toBe('lost');
    expect(await pointers.write({ ...first, revision: 3 })).toBe('lost');
    expect(await pointers.read()).toEqual(first);
  });

  test('a first write must build on the empty pointer', async () => {
    const pointers = dynamoDbPointers(await table());
    expect(await pointers.write({ ...first, revision: 5 })).toBe('lost');
    expect(await pointers.read()).toEqual(EMPTY_POINTER);
  });

  test('of many writers of one revision exactly one wins', async () => {
    const pointers = dynamoDbPointers(await table());
    const results = await Promise.all([1, 2, 3, 4, 5].map((champion) => pointers.write({ ...first, champion })));
    expect(results.filter((result) => result === 'written')).toHaveLength(1);
  });

  test('an item of another shape is an error that says where it is', async () => {
    const options = await table();
    const broken = { pk: { S: 'pointer' }, sk: { S: 'routing' }, champion: { S: 'twelve' } };
    await options.client.send(new PutItemCommand({ TableName: MODELS_TABLE, Item: broken }));
    await expect(dynamoDbPointers(options).read()).rejects.toMatchObject({
      name: 'StoredItemError',
      retryable: false,
      message: 'Item pointer/routing of table models is not shaped as expected; mend or remove it.',
    });
  });
});

describe('the cached pointer', () => {
  const counting = (fail = false) => {
    let reads = 0;
    let failing = fail;
    let nowMs = 0;
    const pointer = cachedRead({
      clock: { now: () => nowMs },
      maxAgeMs: POINTER_CACHE_MS,
      read: async () => {
        reads += 1;
        if (failing) throw new Error('no answer');
        return Promise.resolve({ ...EMPTY_POINTER, revision: reads });
      },
    });
    return {
      pointer,
      reads: () => reads,
      at: (ms: number) => {
        nowMs = ms;
      },
      recover: () => {
        failing = false;
      },
    };
  };

  test('is read once by callers at the same time, and again after 2 seconds', async () => {
    const { pointer, reads, at } = counting();
    await Promise.all([pointer(), pointer(), pointer()]);
    at(1_999);
    expect(await pointer()).toMatchObject({ revision: 1 });
    at(2_000);
    expect(await pointer()).toMatchObject({ revision: 2 });
    expect(reads()).toBe(2);
  });

  test('a read that failed is not kept', async () => {
    const { pointer, recover } = counting(true);
    await expect(pointer()).rejects.toThrow('no answer');
    recover();
    expect(await pointer()).toMatchObject({ revision: 2 });
  });
});

describe('the retraining lock', () => {
  const nowMs = Date.parse(NOW);
  const holding = (executionId: string, expiresAtMs = nowMs + 60_000) => ({
    executionId,
    expiresAtMs,
    begun: { version: 12, startedAt: NOW, champion: null },
  });

  test('is held by one execution until it is given back', async () => {
    const lock = dynamoDbRetrainingLock(await table());
    expect(await lock.read()).toBeUndefined();
    expect(await lock.take(holding('a'), nowMs)).toBe('taken');
    expect(await lock.take(holding('b'), nowMs)).toBe('held');
    expect(await lock.take(holding('a'), nowMs)).toBe('taken');
    expect(await lock.read()).toEqual(holding('a'));
    await lock.release('b');
    expect(await lock.read()).toEqual(holding('a'));
    await lock.release('a');
    await lock.release('a');
    expect(await lock.read()).toBeUndefined();
  });

  test('is taken over at the moment that its reader calls it expired, and not before', async () => {
    const lock = dynamoDbRetrainingLock(await table());
    await lock.take(holding('a', nowMs + 500), nowMs);
    const expiresAtMs = (await lock.read())?.expiresAtMs ?? 0;
    expect(expiresAtMs).toBe(nowMs + 1_000);
    expect(await lock.take(holding('b'), expiresAtMs - 1)).toBe('held');
    expect(await lock.take(holding('b'), expiresAtMs)).toBe('taken');
  });
});

describe('the versions', () => {
  test('numbers are given once, in order, however many ask', async () => {
    const versions = dynamoDbModelVersions(await table());
    const given = await Promise.all(Array.from({ length: 10 }, () => versions.allocate()));
    expect(given.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a record is opened, judged and ended, and keeps all of it', async () => {
    const options = await table();
    const versions = dynamoDbModelVersions(options);
    const opened = { version: 12, champion: 11, trigger: 'schedule', executionId: 'a', createdAt: NOW };
    await versions.open(opened);
    const accuracy = { champion: 0.8, challenger: 0.9, majority: 0.4 };
    const result = { verdict: 'prove' as const, reason: 'Proven.', accuracy, n: 15, pValue: 0.01 };
    await versions.recordVerdict(12, result, { train: 70, validation: 15, test: 15 });
    await versions.open({ ...opened, trigger: 'person' });
    await versions.recordOutcome(12, { outcome: 'promoted', reason: 'Proven.', endedAt: NOW });

    expect(await storedItem(options, 'version#12', 'version')).toMatchObject({
      status: { S: 'promoted' },
      trigger: { S: 'schedule' },
      champion: { N: '11' },
      verdict: { S: 'prove' },
      metrics: { M: { accuracy: { M: { challenger: { N: '0.9' } } }, n: { N: '15' } } },
      counts: { M: { train: { N: '70' } } },
      endedAt: { S: NOW },
    });
  });

  test('a verdict that thousands of tickets prove is kept: its p-value is nearer to zero than DynamoDB takes', async () => {
    const options = await table();
    const versions = dynamoDbModelVersions(options);
    const accuracy = { champion: null, challenger: 0.9, majority: 0.1 };
    const result = { verdict: 'promote' as const, reason: 'Proven.', accuracy, n: 4_000, pValue: 1e-200 };
    await versions.recordVerdict(13, result, { train: 9_000, validation: 1_000, test: 4_000 });
    expect(await storedItem(options, 'version#13', 'version')).toMatchObject({ metrics: { M: { pValue: { N: '0' } } } });
  });
});
