import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeKey } from '../../local/dynamodb/key-encoding.ts';
import { addNumbers, canonicalNumber, compareNumbers, sortableNumber, subtractNumbers } from '../../local/dynamodb/number.ts';
import type { AwsError } from '../../local/service.ts';
import { type Attributes, startDatabase } from './dynamodb-fixture.ts';

const byBytes = (left: string, right: string): number => Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
const byUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** A decimal of up to 18 digits and `scale` digits behind the point, as a bigint and as text. */
const decimals = fc
  .record({ digits: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), scale: fc.integer({ min: 0, max: 12 }) })
  .map(({ digits, scale }) => ({ scaled: digits * 10n ** BigInt(12 - scale), text: `${digits}e-${scale}` }));

const unscaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  const magnitude = BigInt(`${whole.replace('-', '')}${fraction.padEnd(12, '0')}`);
  return whole.startsWith('-') ? -magnitude : magnitude;
};

describe('numbers', () => {
  test('the canonical form keeps the value and is its own canonical form', () => {
    fc.assert(
      fc.property(decimals, ({ scaled, text }) => {
        const canonical = canonicalNumber(text);
        expect(unscaled(canonical)).toBe(scaled);
        expect(canonicalNumber(canonical)).toBe(canonical);
        expect(canonical).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
      }),
    );
  });

  test('addition and subtraction are exact', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const [a, b] = [canonicalNumber(left.text), canonicalNumber(right.text)];
        expect(unscaled(addNumbers(a, b))).toBe(left.scaled + right.scaled);
        expect(unscaled(subtractNumbers(a, b))).toBe(left.scaled - right.scaled);
      }),
    );
  });

  test('comparison and the sortable form follow the value', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const [a, b] = [canonicalNumber(left.text), canonicalNumber(right.text)];
        const order = left.scaled < right.scaled ? -1 : left.scaled > right.scaled ? 1 : 0;
        expect(Math.sign(compareNumbers(a, b))).toBe(order);
        expect(byUnits(sortableNumber(a), sortableNumber(b))).toBe(order);
      }),
    );
  });
});

test('encoded text keys are ordered as their UTF-8 bytes', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 8 });
  fc.assert(
    fc.property(texts, texts, (left, right) => {
      expect(byUnits(encodeKey({ S: left }), encodeKey({ S: right }))).toBe(byBytes(left, right));
    }),
  );
});

describe('a table behaves as a plain list of items', () => {
  const partitions = fc.constantFrom('p', 'q');
  const sorts = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0.5, -0.5, 1.25)).map(String);
  const topics = fc.option(fc.constantFrom('x', 'y'), { nil: undefined });
  const commands = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('put' as const), author: partitions, number: sorts, topic: topics }),
      fc.record({ kind: fc.constant('create' as const), author: partitions, number: sorts, topic: topics }),
      fc.record({ kind: fc.constant('delete' as const), author: partitions, number: sorts, topic: topics }),
      fc.record({ kind: fc.constant('move' as const), author: partitions, number: sorts, topic: topics }),
    ),
    { maxLength: 60 },
  );

  interface Row {
    readonly author: string;
    readonly number: string;
    readonly topic: string | undefined;
  }
  const itemOf = ({ author, number, topic }: Row): Attributes => ({
    author: { S: author },
    number: { N: number },
    ...(topic ? { topic: { S: topic } } : {}),
  });
  /** Attributes have no order. */
  const shown = (item: Attributes): string => JSON.stringify(Object.entries(item).toSorted(([a], [b]) => a.localeCompare(b)));
  const byNumber = (one: Row, two: Row): number => Number(one.number) - Number(two.number);

  test('after any puts, conditional puts, updates and deletes, every query agrees, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(commands, sorts, sorts, fc.integer({ min: 1, max: 7 }), async (run, low, high, limit) => {
        const { send } = startDatabase();
        const model = new Map<string, Row>();
        const outcomes: string[] = [];
        const expectedOutcomes: string[] = [];
        for (const command of run) {
          const row = { author: command.author, number: command.number, topic: command.topic };
          const at = `${row.author} ${row.number}`;
          const Key = { author: { S: row.author }, number: { N: row.number } };
          if (command.kind === 'put') {
            await send('PutItem', { TableName: 'notes', Item: itemOf(row) });
            model.set(at, row);
          } else if (command.kind === 'create') {
            const made = send('PutItem', {
              TableName: 'notes',
              Item: itemOf(row),
              ConditionExpression: 'attribute_not_exists(author)',
            });
            const outcome = await made.then(
              () => 'made',
              (error: AwsError) => error.code,
            );
            outcomes.push(outcome);
            expectedOutcomes.push(model.has(at) ? 'ConditionalCheckFailedException' : 'made');
            model.set(at, model.get(at) ?? row);
          } else if (command.kind === 'delete') {
            await send('DeleteItem', { TableName: 'notes', Key });
            model.delete(at);
          } else {
            await send('UpdateItem', {
              TableName: 'notes',
              Key,
              UpdateExpression: row.topic ? 'SET topic = :t' : 'REMOVE topic',
              ...(row.topic ? { ExpressionAttributeValues: { ':t': { S: row.topic } } } : {}),
            });
            model.set(at, row);
          }
        }
        expect(outcomes).toEqual(expectedOutcomes);
        const [lower, upper] = Number(low) <= Number(high) ? [low, high] : [high, low];
        const pages = async (request: Readonly<Record<string, unknown>>): Promise<readonly Attributes[]> => {
          const items: Attributes[] = [];
          let start: unknown;
          do {
            const page = await send('Query', { TableName: 'notes', Limit: limit, ...request, ExclusiveStartKey: start });
            items.push(...(page.Items ?? []));
            start = page.LastEvaluatedKey;
          } while (start);
          return items;
        };
        const expected = [...model.values()]
          .filter((row) => row.author === 'p' && Number(row.number) >= Number(lower) && Number(row.number) <= Number(upper))
          .toSorted(byNumber);
        const inRange = {
          KeyConditionExpression: 'author = :p AND #n BETWEEN :l AND :u',
          ExpressionAttributeNames: { '#n': 'number' },
          ExpressionAttributeValues: { ':p': { S: 'p' }, ':l': { N: lower }, ':u': { N: upper } },
        };
        expect(await pages(inRange)).toEqual(expected.map(itemOf));
        expect(await pages({ ...inRange, ScanIndexForward: false })).toEqual(expected.toReversed().map(itemOf));
        const onTopic = await pages({
          IndexName: 'by-topic',
          KeyConditionExpression: 'topic = :x',
          ExpressionAttributeValues: { ':x': { S: 'x' } },
        });
        const rows = [...model.values()].filter((row) => row.topic === 'x');
        expect(onTopic.map((item) => Number(item['number']?.['N']))).toEqual(
          rows.toSorted(byNumber).map((row) => Number(row.number)),
        );
        expect(new Set(onTopic.map(shown))).toEqual(new Set(rows.map(itemOf).map(shown)));
        expect((await send('Scan', { TableName: 'notes' })).Count).toBe(model.size);
      }),
      { numRuns: 60 },
    );
  });
});
