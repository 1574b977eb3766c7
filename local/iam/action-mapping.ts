import type { Keys } from './request-context.ts';

/** One action on one resource that an API call takes; a call needs all of its requirements. */
export interface Requirement {
  /** As IAM writes it, e.g. `sqs:SendMessage`. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** Condition keys of this action beside the global ones. */
  readonly keys?: Keys;
  /** Why the resource cannot be told from the call, where it cannot: only who may do it to everything passes then. */
  readonly untold?: string;
}

export interface MappingPlace {
  readonly region: string;
  readonly accountId: string;
}

export type Input = Readonly<Record<string, unknown>>;

/** What an API call is authorised as. An empty list needs no permission. */
export type Mapping = (input: Input, place: MappingPlace) => readonly Requirement[];

/** Mappings of one service, by API action. */
export type ServiceMappings = Readonly<Record<string, Mapping>>;

/** A member that the engine is yet to check: a missing one makes an ARN that no policy names. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const objects = (value: unknown): readonly Input[] => (Array.isArray(value) ? (value as readonly Input[]) : []);

/** An action that is authorised on one resource, which `arnOf` reads from the call. */
export const on =
  (action: string, arnOf: (input: Input, place: MappingPlace) => string): Mapping =>
  (input, place) => [{ action, resource: arnOf(input, place) }];

/** An action that IAM cannot narrow to a resource. */
export const onAnything =
  (action: string): Mapping =>
  () => [{ action, resource: '*' }];

/** A role that is handed over to a service. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export const passingRole = (roleArn: unknown, service: string): readonly Requirement[] =>
  typeof roleArn === 'string' ? [{ action: 'iam:PassRole', resource: roleArn, keys: { 'iam:PassedToService': service } }] : [];

/** Requirements that say the same once. */
export const withoutRepeats = (requirements: readonly Requirement[]): readonly Requirement[] => {
  const unique = new Map(requirements.map((one) => [JSON.stringify([one.action, one.resource, one.keys]), one]));
  return [...unique.values()];
};
