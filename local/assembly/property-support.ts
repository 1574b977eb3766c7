import { UnsupportedError } from '../service.ts';
import type { JsonObject } from './json.ts';

/** Which properties of a resource type are acted on, and which do nothing here, each with the reason. All others are refused. */
export interface PropertySupport {
  readonly actedOn: readonly string[];
  readonly inert: Readonly<Record<string, string>>;
}

/** Every property that is known, whether or not it is acted on. */
export const knownProperties = ({ actedOn, inert }: PropertySupport): ReadonlySet<string> =>
  new Set([...actedOn, ...Object.keys(inert)]);

/** @throws UnsupportedError naming every property that the table does not know */
export const refuseUnknownProperties = (where: string, properties: JsonObject, support: PropertySupport): void => {
  const unknown = Object.keys(properties).filter(
    (name) => !support.actedOn.includes(name) && !Object.hasOwn(support.inert, name),
  );
  if (unknown.length > 0) throw new UnsupportedError(`${where}: the local cloud does not know ${unknown.join(', ')}`);
};

export const scheduleGroupProperties: PropertySupport = { actedOn: ['Name'], inert: { Tags: 'tags are for people and bills' } };

export const parameterProperties: PropertySupport = {
  actedOn: ['Name', 'Type', 'Value'],
  inert: {
    Description: 'a description',
    Tags: 'tags are for people and bills',
    Tier: 'the tier sets price and size only',
  },
};
