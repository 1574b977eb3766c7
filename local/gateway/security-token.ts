import type { Service } from '../service.ts';

/** STS, as far as it says who one is. */
export const createSecurityTokenService = (accountId: string): Service => ({
  name: 'sts',
  actions: new Set(['GetCallerIdentity']),
  call: ({ caller }) =>
    Promise.resolve({ Arn: caller.principal, UserId: `AIDA${caller.name.toUpperCase()}`, Account: accountId }),
});
