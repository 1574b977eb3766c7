import { beforeEach, describe, expect, test } from 'vitest';
import type { AwsError } from '../../local/service.ts';
import { type Database, startDatabase } from './dynamodb-fixture.ts';

let database: Database;
const send: Database['send'] = (action, input) => database.send(action, input);

beforeEach(() => {
  database = startDatabase();
});

const put = (item: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  send('PutItem', { TableName: 'things', Item: item, ...more });

const get = (id: string) => send('GetItem', { TableName: 'things', Key: { id: { S: id } }, ConsistentRead: true });

describe('put, get and delete', () => {
  test('a stored item comes back with its numbers in plain digits', async () => {
    await put({ id: { S: 'a' }, n: { N: '+1.50e2' }, tiny: { N: '1E-10' }, set: { NS: ['1.0', '2'] } });
    expect(await get('a')).toEqual({
      Item: { id: { S: 'a' }, n: { N: '150' }, tiny: { N: '0.0000000001' }, set: { NS: ['1', '2'] } },
    });
  });

  test('38 digits are kept and a 39th is refused', async () => {
    const digits = '1234567890123456789012345678901234567.8';
    await put({ id: { S: 'a' }, n: { N: digits } });
    expect((await get('a')).Item?.['n']).toEqual({ N: digits });
    await expect(put({ id: { S: 'a' }, n: { N: `${digits}9` } })).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Attempting to store more than 38 significant digits in a Number',
    });
  });

  test('a caller that changes what it sent or got changes nothing stored', async () => {
    const sent = { id: { S: 'a' }, list: { L: [{ S: 'x' }] } };
    await put(sent);
    sent.list.L.push({ S: 'y' });
    const got = (await get('a')).Item as { list: { L: unknown[] } };
    expect(() => got.list.L.push({ S: 'z' })).toThrow(TypeError);
    expect((await get('a')).Item).toEqual({ id: { S: 'a' }, list: { L: [{ S: 'x' }] } });
  });

  test('an attribute may be called __proto__ or constructor', async () => {
    const item = JSON.parse('{"id":{"S":"a"},"__proto__":{"S":"p"},"constructor":{"S":"c"}}') as Record<string, unknown>;
    await put(item);
    expect(JSON.stringify((await get('a')).Item)).toBe(JSON.stringify(item));
    const { Item: item2 } = await send('GetItem', {
      TableName: 'things',
      Key: { id: { S: 'a' } },
      ProjectionExpression: '#p, toString',
      ExpressionAttributeNames: { '#p': '__proto__' },
    });
    expect(JSON.stringify(item2)).toBe('{"__proto__":{"S":"p"}}');
  });

  test('put and delete return the old item when asked', async () => {
    expect(await put({ id: { S: 'a' }, v: { N: '1' } }, { ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(await put({ id: { S: 'a' }, v: { N: '2' } }, { ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { id: { S: 'a' }, v: { N: '1' } },
    });
    const deleted = await send('DeleteItem', { TableName: 'things', Key: { id: { S: 'a' } }, ReturnValues: 'ALL_OLD' });
    expect(deleted).toEqual({ Attributes: { id: { S: 'a' }, v: { N: '2' } } });
    expect(await get('a')).toEqual({});
  });

  test.each([
    ['a missing key', { v: { N: '1' } }, 'One or more parameter values were invalid: Missing the key id in the item'],
    [
      'a key of another type',
      { id: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
    ],
    [
      'an empty key',
      { id: { S: '' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'a key over 2048 bytes',
      { id: { S: 'é'.repeat(1025) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'an item over 400 KB',
      { id: { S: 'a' }, v: { S: 'x'.repeat(400 * 1024) } },
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'a set with a repeated element',
      { id: { S: 'a' }, v: { NS: ['1', '1.0'] } },
      'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.',
    ],
    [
      'an empty set',
      { id: { S: 'a' }, v: { SS: [] } },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'a value without a type',
      { id: { S: 'a' }, v: {} },
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    ['a number that is none', { id: { S: 'a' }, v: { N: 'ten' } }, 'The parameter cannot be converted to a numeric value: ten'],
    [
      'a number out of range',
      { id: { S: 'a' }, v: { N: '1e126' } },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
  ])('%s is refused', async (_, item, message) => {
    await expect(put(item)).rejects.toMatchObject({ code: 'ValidationException', message });
  });

  test('an item of exactly 400 KB is accepted', async () => {
    await put({ id: { S: 'a' }, v: { S: 'x'.repeat(400 * 1024 - 'ida'.length - 'v'.length) } });
    await expect(put({ id: { S: 'a' }, v: { S: 'x'.repeat(400 * 1024 - 'ida'.length - 'v'.length + 1) } })).rejects.toMatchObject(
      {
        message: 'Item size has exceeded the maximum allowed size',
      },
    );
  });

  test('an unknown table, action or parameter is refused by name', async () => {
    await expect(send('GetItem', { TableName: 'nowhere', Key: { id: { S: 'a' } } })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(send('ExecuteStatement', {})).rejects.toThrow(/UnsupportedError|ExecuteStatement/);
    await expect(put({ id: { S: 'a' } }, { Expected: {} })).rejects.toThrow('legacy parameter Expected');
    await expect(put({ id: { S: 'a' } }, { Colour: 'red' })).rejects.toThrow('does not know the parameter Colour');
  });
});

describe('conditions', () => {
  test('a failed condition leaves the item and returns it when asked', async () => {
    await put({ id: { S: 'a' }, v: { N: '1' } });
    const again = { ConditionExpression: 'attribute_not_exists(id)' };
    await expect(put({ id: { S: 'a' }, v: { N: '2' } }, again)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      members: {},
    });
    await expect(
      put({ id: { S: 'a' }, v: { N: '2' } }, { ...again, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ).rejects.toMatchObject({ members: { Item: { id: { S: 'a' }, v: { N: '1' } } } });
    expect((await get('a')).Item?.['v']).toEqual({ N: '1' });
  });

  const item = {
    id: { S: 'a' },
    n: { N: '10' },
    text: { S: 'hello' },
    tags: { SS: ['x', 'y'] },
    deep: { M: { list: { L: [{ N: '1' }, { M: { leaf: { BOOL: true } } }] } } },
    bytes: { B: 'AQID' },
  };
  const names: Record<string, string> = { '#text': 'text', '#bytes': 'bytes' };
  const values: Record<string, unknown> = {
    ':one': { N: '1' },
    ':nine': { N: '9' },
    ':ten': { N: '10.0' },
    ':eleven': { N: '11' },
    ':he': { S: 'he' },
    ':x': { S: 'x' },
    ':set': { SS: ['y', 'x'] },
    ':true': { BOOL: true },
    ':S': { S: 'S' },
    ':two': { N: '2' },
    ':three': { N: '3' },
    ':ab': { B: 'AQI=' },
  };
  const only = (all: Record<string, unknown>, text: string) => {
    const used = Object.entries(all).filter(([name]) => new RegExp(`${name}(?![A-Za-z0-9_])`).test(text));
    return used.length > 0 ? Object.fromEntries(used) : undefined;
  };
  test.each([
    ['n = :ten', true],
    ['n <> :ten', false],
    ['absent <> :ten', true],
    ['absent = :ten', false],
    ['NOT absent = :ten', true],
    ['n > :nine AND n < :eleven', true],
    ['n BETWEEN :nine AND :eleven', true],
    ['n BETWEEN :one AND :nine OR n = :ten', true],
    ['n IN (:one, :ten)', true],
    ['n > :he', false],
    ['begins_with(#text, :he)', true],
    ['begins_with(#bytes, :ab)', true],
    ['contains(#text, :he)', true],
    ['contains(tags, :x)', true],
    ['contains(n, :one)', false],
    ['tags = :set', true],
    ['attribute_type(#text, :S)', true],
    ['attribute_exists(deep.#list[1].leaf)', true],
    ['deep.#list[1].leaf = :true', true],
    ['attribute_not_exists(deep.#list[2])', true],
    ['attribute_exists(#text.leaf)', false],
    ['size(tags) = :two', true],
    ['size(#bytes) >= :three', true],
    ['size(n) = :two', false],
    // AND binds tighter than OR, NOT tighter than both.
    ['n = :ten OR n = :one AND n = :nine', true],
    ['(n = :ten OR n = :one) AND n = :nine', false],
    ['not n = :one and n = :ten', true],
  ])('%s is %s', async (expression, holds) => {
    await put(item);
    const checked = put(item, {
      ConditionExpression: expression,
      ExpressionAttributeNames: only({ ...names, '#list': 'list' }, expression),
      ExpressionAttributeValues: only(values, expression),
    });
    const outcome = await checked.then(
      () => 'held',
      (error: AwsError) => error.code,
    );
    expect(outcome).toBe(holds ? 'held' : 'ConditionalCheckFailedException');
  });

  test.each([
    ['n = :v AND', {}, /^Invalid ConditionExpression: Syntax error; token: "<EOF>"/],
    ['n == :v', {}, /^Invalid ConditionExpression: Syntax error; token: "="/],
    [
      'n = :v',
      { ExpressionAttributeNames: { '#u': 'u' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}',
    ],
    ['attribute_exists(n)', {}, 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'],
    [
      '#n = :v',
      {},
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
    ],
    [
      'n = :v AND n = :w',
      {},
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :w',
    ],
    ['status = :v', {}, 'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status'],
    ['((n = :v))', {}, 'Invalid ConditionExpression: The expression has redundant parentheses;'],
    ['exists(n, :v)', {}, 'Invalid ConditionExpression: Invalid function name; function: exists'],
    [
      'begins_with(n, :v)',
      {},
      /Incorrect operand type for operator or function; operator or function: begins_with, operand type: N/,
    ],
    ['', {}, 'Invalid ConditionExpression: The expression can not be empty;'],
  ])('the condition "%s" is refused', async (expression, more, message) => {
    const refused = put(item, { ConditionExpression: expression, ExpressionAttributeValues: { ':v': { N: '1' } }, ...more });
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(message);
  });
});
