import { UnsupportedError } from '../service.ts';
import type { Caller } from '../service.ts';
import type { Principal } from './request.ts';

/** How policies see a caller. */
export const principalOf = ({ name, principal }: Caller, accountId: string): Principal => {
  // CloudFormation does what the person who deploys may do.
  if (principal === 'cloudformation.amazonaws.com')
    return { kind: 'user', arn: `arn:aws:iam::${accountId}:user/deployment`, accountId };
  if (principal.endsWith('.amazonaws.com')) return { kind: 'service', service: principal };
  const [, kind, path] = /^arn:aws[\w-]*:iam::\d{12}:(role|user)\/(.+)$/.exec(principal) ?? [];
  if (kind === 'user') return { kind, arn: principal, accountId };
  if (kind !== 'role' || path === undefined)
    throw new UnsupportedError(`The caller ${principal} is neither role nor user nor service.`);
  return { kind, arn: principal, sessionArn: sessionArn(accountId, path, sessionName(name)), accountId };
};

const sessionName = (callerName: string): string => callerName.replaceAll(/[^\w+=,.@-]/g, '-');

/** The path of a role is no part of its sessions' ARNs. */
const sessionArn = (accountId: string, path: string, session: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/${path.slice(path.lastIndexOf('/') + 1)}/${session}`;

/** The session in which a caller acts with a role; none where it is a user. */
export const sessionOf = ({ name, principal }: Caller): { readonly arn: string; readonly name: string } | undefined => {
  const [, accountId, path] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(principal) ?? [];
  if (accountId === undefined || path === undefined) return undefined;
  return { arn: sessionArn(accountId, path, sessionName(name)), name: sessionName(name) };
};
