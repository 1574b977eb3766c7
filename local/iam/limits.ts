import type { Limits } from '../limit.ts';

const quotas = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const refused = { error: 'LimitExceeded' } as const;

/** Blanks do not count. */
export const iamLimits = {
  rolePolicies: { of: 'all policies of a role’s own', unit: 'characters', most: 10_240, beyond: refused, source: quotas },
  managedPolicy: { of: 'a managed policy', unit: 'characters', most: 6144, beyond: refused, source: quotas },
  trustPolicy: { of: 'the trust policy of a role', unit: 'characters', most: 2048, beyond: refused, source: quotas },
  managedPolicies: { of: 'managed policies of a role', unit: 'policies', most: 10, beyond: refused, source: quotas },
  roleName: {
    of: 'the name of a role',
    unit: 'characters',
    least: 1,
    most: 64,
    beyond: { error: 'ValidationError' },
    source: quotas,
  },
} as const satisfies Limits;
