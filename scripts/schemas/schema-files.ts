import { z } from 'zod';
import { asyncApi } from './async-api.ts';
import { PUBLISHED_EVENTS } from './events.ts';
import type { PublishedEvent } from './events.ts';

export const schemaFileName = (name: string): string => `${name}.schema.json`;

/** Everything under `schemas/` that is generated: file name → text. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...PUBLISHED_EVENTS.map((event): [string, string] => [schemaFileName(event.name), fileText(jsonSchema(event))]),
    ['asyncapi.json', fileText(asyncApi(PUBLISHED_EVENTS, schemaFileName))],
  ]);

/** As a sender writes it: what has a default need not be said, and fields that are not named here are let through. */
const jsonSchema = ({ name, title, description, schema, example }: PublishedEvent): object => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, $id: `urn:signalbox:schema:${name}`, title, description, ...rest, examples: [example] };
};

const fileText = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
