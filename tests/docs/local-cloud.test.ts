import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeLocalCloud } from '../../local/describe.ts';
import { actionTable } from '../../local/iam/action-table.ts';
import { readSupportTables } from '../../local/support-tables.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/local-cloud.md'), 'utf8');
const tables = readSupportTables();

describe('the page about the local cloud', () => {
  test('is what the tables in the code say; `node scripts/write-docs.ts` writes it', () => {
    expect(page).toBe(describeLocalCloud(tables));
  });

  test('gives a property that does nothing with its reason, once for all types that have it', () => {
    const inert = { actedOn: [], inert: { Colour: 'nobody looks' } };
    const described = describeLocalCloud({ ...tables, properties: { 'My::Door': inert, 'My::Wall': inert } });
    expect(described).toContain('| `My::Door` `My::Wall` | `Colour` | nobody looks |');
  });
});

describe('the tables', () => {
  test('tell the properties of every type that is acted on, but for those whose function reads them', () => {
    const untold = Object.keys(tables.actedOnTypes).filter((type) => !Object.hasOwn(tables.properties, type));
    expect(untold).toEqual(['AWS::CloudFormation::CustomResource', 'Custom::S3AutoDeleteObjects']);
  });

  test('have no type that is both acted on and inert, and no property either', () => {
    const both = Object.keys(tables.actedOnTypes).filter((type) => Object.hasOwn(tables.inertTypes, type));
    const properties = Object.entries(tables.properties).flatMap(([type, { actedOn, inert }]) =>
      actedOn.filter((name) => Object.hasOwn(inert, name)).map((name) => `${type} ${name}`),
    );
    expect([...both, ...properties]).toEqual([]);
  });

  test('answer no action whose permission is unknown', () => {
    const unknown = Object.entries(tables.actions).flatMap(([service, actions]) =>
      actions.filter((action) => !Object.hasOwn(actionTable[service] ?? {}, action)).map((action) => `${service}:${action}`),
    );
    expect(unknown).toEqual([]);
  });

  test('name what is refused only of types that are acted on', () => {
    for (const [type, settings] of Object.entries(tables.refusedSettings)) {
      expect(tables.actedOnTypes).toHaveProperty([type]);
      expect(settings.length).toBeGreaterThan(0);
    }
  });
});
