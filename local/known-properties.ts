import { UnsupportedError } from './service.ts';

/** Refuses a resource whose template sets a property that its engine would ignore. */
export const refuseUnknownProperties = (
  resourceType: string,
  name: string,
  properties: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): void => {
  const unknown = Object.keys(properties).filter((property) => !known.has(property) && properties[property] !== undefined);
  if (unknown.length === 0) return;
  throw new UnsupportedError(
    `${resourceType} ${name} sets ${unknown.join(', ')}, which the local cloud does not know. Known are ${[...known].join(', ')}.`,
  );
};

/** A property that must be a text; an intrinsic function that nobody resolved is refused here. */
export const requiredText = (owner: string, properties: Readonly<Record<string, unknown>>, property: string): string => {
  const value = properties[property];
  if (typeof value === 'string' && value !== '') return value;
  throw new UnsupportedError(`${owner} must set ${property} to a text; it is ${JSON.stringify(value)}.`);
};
