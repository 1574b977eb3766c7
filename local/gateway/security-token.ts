import { createHash } from 'node:crypto';
import { sessionOf } from '../iam/caller-principal.ts';
import type { Caller, Service } from '../service.ts';

/** STS, as far as it says who one is. Who acts with a role is a session of it, and named so. */
export const createSecurityTokenService = (accountId: string): Service => ({
  name: 'sts',
  actions: new Set(['GetCallerIdentity']),
  call: ({ caller }) => Promise.resolve({ ...identityOf(caller), Account: accountId }),
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const identityOf = (caller: Caller): { readonly Arn: string; readonly UserId: string } => {
  const session = sessionOf(caller);
  if (!session) return { Arn: caller.principal, UserId: `AIDA${idOf(caller.principal)}` };
  return { Arn: session.arn, UserId: `AROA${idOf(caller.principal)}:${session.name}` };
};

const idOf = (principal: string): string => createHash('sha256').update(principal).digest('hex').slice(0, 17).toUpperCase();
