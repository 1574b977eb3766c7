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
  const session = name.replaceAll(/[^\w+=,.@-]/g, '-');
  const roleName = path.slice(path.lastIndexOf('/') + 1);
  return { kind, arn: principal, sessionArn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${session}`, accountId };
};
