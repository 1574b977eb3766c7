import type { RefusingLimit } from '../limit.ts';
import { refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import { sagemakerLimits } from './limits.ts';

export type Members = Readonly<Record<string, unknown>>;

export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

/** @throws UnsupportedError naming the members that would have an effect on AWS and have none here */
export const refuseOtherMembers = (where: string, members: Members, known: readonly string[]): void => {
  const unknown = Object.entries(members).filter(
    ([name, value]) => value !== undefined && value !== null && !known.includes(name),
  );
  if (unknown.length > 0) {
    throw new UnsupportedError(`${where}: the local cloud does not know ${unknown.map(([name]) => name).join(', ')}`);
  }
};

export const requiredText = (members: Members, name: string): string => {
  const value = members[name];
  if (typeof value === 'string' && value !== '') return value;
  throw validation(`1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`);
};

export const objectMember = (members: Members, name: string): Members => {
  const value = members[name] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Members;
  throw new AwsError('SerializationException', `${name} must be an object`);
};

export const listMember = (members: Members, name: string): readonly Members[] => {
  const value = members[name] ?? [];
  if (Array.isArray(value)) return value as readonly Members[];
  throw new AwsError('SerializationException', `${name} must be a list`);
};

export const textsOf = (members: Members): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

/** Texts by name, as many and as long as AWS takes. @throws AwsError ValidationException */
export const boundedTexts = (
  members: Members,
  name: string,
  limits: { readonly count: RefusingLimit; readonly key: RefusingLimit; readonly value: RefusingLimit },
): Record<string, string> => {
  const texts = textsOf(objectMember(members, name));
  const hold = (limit: RefusingLimit, size: number, what: string): void =>
    refuseBeyond(
      limit,
      size,
      `1 validation error detected: ${what} at '${name}' failed to satisfy constraint: at most ${limit.most}`,
    );
  hold(limits.count, Object.keys(texts).length, 'Map');
  for (const [key, value] of Object.entries(texts)) {
    hold(limits.key, key.length, `Key '${key.slice(0, 40)}'`);
    hold(limits.value, value.length, `Value of '${key.slice(0, 40)}'`);
  }
  return texts;
};

/** Names of SageMaker's resources: at most 63 letters, digits and single hyphens between them. */
export const nameMember = (members: Members, name: string): string => {
  const value = requiredText(members, name);
  const fails = (constraint: string): AwsError =>
    validation(`1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`);
  const { most } = sagemakerLimits.name;
  if (value.length > most) throw fails(`Member must have length less than or equal to ${most}`);
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/.test(value)) {
    throw fails('Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}');
  }
  return value;
};

/** The wire's timestamps are seconds. */
export const epochSeconds = (ms: number): number => ms / 1000;
