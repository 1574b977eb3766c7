import type { CloudAssembly } from './cloud-assembly.ts';
import { AssemblyError } from './errors.ts';
import type { Place } from './stack-scope.ts';

const defaultRegion = 'us-east-1';
const defaultAccountId = '000000000000';

/** Region and account as the app fixed them, else the defaults. */
export const placeOf = (assembly: CloudAssembly): Place => {
  const only = (what: string, values: readonly (string | undefined)[], fallback: string): string => {
    const [first = fallback, ...others] = new Set(values.filter((value) => value !== undefined));
    if (others.length === 0) return first;
    throw new AssemblyError(
      `the stacks are for more than one ${what} (${[first, ...others].join(', ')}); the local cloud has one`,
    );
  };
  return {
    region: only(
      'region',
      assembly.stacks.map((stack) => stack.region),
      defaultRegion,
    ),
    accountId: only(
      'account',
      assembly.stacks.map((stack) => stack.accountId),
      defaultAccountId,
    ),
  };
};
