import { beforeEach, describe, expect, test } from 'vitest';
import { type Database, startDatabase } from './dynamodb-fixture.ts';

let database: Database;
const send: Database['send'] = (action, input) => database.send(action, input);

beforeEach(() => {
  database = startDatabase();
});

const put = (item: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  send('PutItem', { TableName: 'things', Item: item, ...more });

const get = (id: string) => send('GetItem', { TableName: 'things', Key: { id: { S: id } }, ConsistentRead: true });

const update = (expression: string, more: Record<string, unknown> = {}) =>
  send('UpdateItem', { TableName: 'things', Key: { id: { S: 'a' } }, UpdateExpression: expression, ...more });

describe('updates', () => {
  const NEW = { ReturnValues: 'ALL_NEW' };

  test('an update of a missing item creates it', async () => {
    const { Attributes: attributes } = await update('SET v = :v ADD hits :one', {
      ExpressionAttributeValues: { ':v': { S: 'x' }, ':one': { N: '1' } },
      ...NEW,
    });
    expect(attributes).toEqual({ id: { S: 'a' }, v: { S: 'x' }, hits: { N: '1' } });
  });

  test('arithmetic is exact and reads the item as it was', async () => {
    await put({ id: { S: 'a' }, x: { N: '0.1' }, y: { N: '9007199254740993' } });
    const { Attributes: attributes } = await update('SET x = x + :d, y = x, z = if_not_exists(z, :d) - :one ADD big :big', {
      ExpressionAttributeValues: { ':d': { N: '0.2' }, ':one': { N: '1' }, ':big': { N: '9007199254740993.5' } },
      ...NEW,
    });
    expect(attributes).toEqual({
      id: { S: 'a' },
      x: { N: '0.3' },
      y: { N: '0.1' },
      z: { N: '-0.8' },
      big: { N: '9007199254740993.5' },
    });
  });

  test('lists grow, change in the middle and close ranks', async () => {
    await put({ id: { S: 'a' }, l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '3' }] } });
    const { Attributes: attributes } = await update('SET l[9] = :b, l[7] = :a REMOVE l[0], l[2]', {
      ExpressionAttributeValues: { ':a': { S: 'a' }, ':b': { S: 'b' } },
      ...NEW,
    });
    expect(attributes?.['l']).toEqual({ L: [{ N: '1' }, { N: '3' }, { S: 'a' }, { S: 'b' }] });
    const appended = await update('SET l = list_append(:first, l), m = list_append(if_not_exists(m, :none), :first)', {
      ExpressionAttributeValues: { ':first': { L: [{ S: 'f' }] }, ':none': { L: [] } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(appended.Attributes).toEqual({
      l: { L: [{ S: 'f' }, { N: '1' }, { N: '3' }, { S: 'a' }, { S: 'b' }] },
      m: { L: [{ S: 'f' }] },
    });
  });

  test('sets gain and lose elements, and vanish with their last one', async () => {
    await put({ id: { S: 'a' }, s: { SS: ['x', 'y'] } });
    const set = (value: unknown) => ({ ExpressionAttributeValues: { ':s': value }, ...NEW });
    expect((await update('ADD s :s', set({ SS: ['y', 'z'] }))).Attributes?.['s']).toEqual({ SS: ['x', 'y', 'z'] });
    expect((await update('DELETE s :s', set({ SS: ['x', 'y', 'q'] }))).Attributes?.['s']).toEqual({ SS: ['z'] });
    expect((await update('DELETE s :s', set({ SS: ['z'] }))).Attributes).toEqual({ id: { S: 'a' } });
    await expect(update('ADD id2 :s', set({ S: 'x' }))).rejects.toThrow(/operator: ADD, operand type: S/);
  });

  test('UPDATED_OLD and UPDATED_NEW return the touched paths alone', async () => {
    await put({ id: { S: 'a' }, m: { M: { x: { N: '1' }, y: { N: '2' } } }, rest: { S: 'o' } });
    const values = { ExpressionAttributeNames: { '#m': 'm' }, ExpressionAttributeValues: { ':v': { N: '5' } } };
    expect((await update('SET #m.x = :v', { ...values, ReturnValues: 'UPDATED_OLD' })).Attributes).toEqual({
      m: { M: { x: { N: '1' } } },
    });
    expect((await update('SET #m.x = #m.y + :v', { ...values, ReturnValues: 'UPDATED_NEW' })).Attributes).toEqual({
      m: { M: { x: { N: '7' } } },
    });
    expect(await update('REMOVE rest', { ReturnValues: 'UPDATED_NEW' })).toEqual({});
  });

  test.each([
    ['SET id = :v', 'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key'],
    ['SET v = :v, v.x = :v', /Two document paths overlap with each other; .* path one: \[v\], path two: \[v, x\]/],
    ['SET v.x = :v, v[0] = :v', /Two document paths conflict with each other/],
    ['SET v = absent + :v', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET v = txt + :v', 'An operand in the update expression has an incorrect data type'],
    ['SET absent.x = :v', 'The document path provided in the update expression is invalid for update'],
    ['SET v = :v SET w = :v', 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'],
    ['SET v = :v REMOVE', /^Invalid UpdateExpression: Syntax error; token: "<EOF>"/],
    ['SET v = size(:v)', 'Invalid UpdateExpression: The function is not allowed in an update expression; function: size'],
    ['SET v = length(:v)', 'Invalid UpdateExpression: Invalid function name; function: length'],
  ])('the update "%s" is refused and changes nothing', async (expression, message) => {
    const before = { id: { S: 'a' }, txt: { S: 't' } };
    await put(before);
    const refused = update(expression, { ExpressionAttributeValues: { ':v': { N: '1' } } });
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(message);
    expect((await get('a')).Item).toEqual(before);
  });
});
