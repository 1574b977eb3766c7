import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { receiveOutcomeEvent, receiveTicketEvent } from '../../core/event/receive.ts';
import { PUBLISHED_EVENTS } from '../../scripts/schemas/events.ts';
import { schemaFileName, schemaFiles } from '../../scripts/schemas/schema-files.ts';

const FOLDER = join(import.meta.dirname, '../../schemas');
const NOW_MS = Date.parse('2026-11-22T10:16:00Z');

const committed = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, unknown>;

const validators = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(validators);
const validate = (name: string, value: unknown): boolean => {
  const known = validators.getSchema(`urn:signalbox:schema:${name}`) ?? validators.compile(committed(schemaFileName(name)));
  return known(value) as boolean;
};

test('the committed files are what the contracts say; node scripts/write-schemas.ts writes them anew', () => {
  const files = schemaFiles();
  expect(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .toSorted(),
  ).toEqual([...files.keys()].toSorted());
  for (const [name, text] of files) expect({ name, text: readFileSync(join(FOLDER, name), 'utf8') }).toEqual({ name, text });
});

describe('each schema', () => {
  test.for(PUBLISHED_EVENTS)(
    '$name is of 2020-12 and takes its own example, as the contract does',
    ({ name, schema, example }) => {
      expect(committed(schemaFileName(name))['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(validate(name, example)).toBe(true);
      expect(schema.safeParse(example).error).toBeUndefined();
    },
  );

  test('the examples of producers are taken in', () => {
    for (const { name, channel, example } of PUBLISHED_EVENTS) {
      if (channel !== 'tickets' && channel !== 'outcomes') continue;
      const received = (channel === 'tickets' ? receiveTicketEvent : receiveOutcomeEvent)(JSON.stringify(example), NOW_MS);
      expect({ name, kind: received.kind }).toEqual({ name, kind: 'accepted' });
    }
  });
});

describe('schema and contract refuse the same', () => {
  const producers = PUBLISHED_EVENTS.filter(({ channel }) => channel === 'tickets' || channel === 'outcomes');
  const mistakes: readonly (readonly [string, (event: Record<string, unknown>) => Record<string, unknown>])[] = [
    ['no id', ({ id: _, ...rest }) => rest],
    ['an id of 201 characters', (event) => ({ ...event, id: 'x'.repeat(201) })],
    ['another version of CloudEvents', (event) => ({ ...event, specversion: '0.3' })],
    ['a time without a zone', (event) => ({ ...event, time: '2026-11-22T10:15:00' })],
    ['a day that does not exist', (event) => ({ ...event, time: '2026-02-30T10:15:00Z' })],
    ['another type', (event) => ({ ...event, type: 'ticket.deleted.v1' })],
    ['no data', ({ data: _, ...rest }) => rest],
    ['version 0', (event) => ({ ...event, data: { ...(event['data'] as object), version: 0 } })],
    ['a version that is a text', (event) => ({ ...event, data: { ...(event['data'] as object), version: '1' } })],
  ];
  const cases = producers.flatMap((producer) => mistakes.map(([mistake, spoil]) => ({ ...producer, mistake, spoil })));
  test.for(cases)('$name with $mistake', ({ name, schema, example, spoil }) => {
    const spoilt = spoil(example as Record<string, unknown>);
    expect({ schema: validate(name, spoilt), contract: schema.safeParse(spoilt).success }).toEqual({
      schema: false,
      contract: false,
    });
  });

  test('fields that are not named pass both', () => {
    for (const { name, schema, example } of producers) {
      const extended = { ...(example as object), traceparent: '00-1', data: { ...(example as { data: object }).data, extra: 1 } };
      expect({ schema: validate(name, extended), contract: schema.safeParse(extended).success }).toEqual({
        schema: true,
        contract: true,
      });
    }
  });
});

describe('the AsyncAPI document', () => {
  const document = committed('asyncapi.json') as {
    readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, { readonly $ref: string }>> }>>;
    readonly components: {
      readonly messages: Readonly<Record<string, { readonly payload: { readonly schema: { readonly $ref: string } } }>>;
    };
  };

  test('names every event that travels, under its channel', () => {
    const travelling = PUBLISHED_EVENTS.filter(({ channel }) => channel !== 'log');
    for (const { name, channel } of travelling)
      expect(document.channels[channel]?.messages[name]?.$ref).toBe(`#/components/messages/${name}`);
    expect(Object.keys(document.components.messages)).toEqual(travelling.map(({ name }) => name));
  });

  test('points to schemas that are there', () => {
    for (const message of Object.values(document.components.messages))
      expect(readdirSync(FOLDER)).toContain(message.payload.schema.$ref.replace('./', ''));
  });
});
