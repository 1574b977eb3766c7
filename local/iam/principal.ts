import { cannotEvaluate } from './errors.ts';
import type { Principal } from './request.ts';

/** How a Principal element speaks of a caller: by name, of its whole account (whose own policies then decide), or not at all. */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type PrincipalElement = (principal: Principal) => PrincipalMatch;

/**
 * Reads a Principal or NotPrincipal element.
 * @throws UnsupportedError for federated, canonical and other principals that do not exist here
 */
export const parsePrincipal = (value: unknown, where: string): PrincipalElement => {
  if (value === '*') return () => 'direct';
  if (typeof value !== 'object' || value === null) throw cannotEvaluate(where, `the principal ${JSON.stringify(value)}`);
  const elements = Object.entries(value).flatMap(([kind, names]: [string, unknown]) => {
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    return list.map((name) => parseOne(kind, name, where));
  });
  return (principal) => {
    const matches = elements.map((element) => element(principal));
    return matches.find((match) => match === 'direct') ?? matches.find((match) => match === 'account') ?? 'none';
  };
};

const parseOne = (kind: string, name: unknown, where: string): PrincipalElement => {
  const unknown = cannotEvaluate(where, `the principal ${kind}: ${JSON.stringify(name)}`);
  if (typeof name !== 'string') throw unknown;
  if (kind === 'Service') {
    return (principal) => (principal.kind === 'service' && principal.service === name ? 'direct' : 'none');
  }
  if (kind !== 'AWS') throw unknown;
  if (name === '*') return () => 'direct';
  const account = /^(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  if (account !== undefined) {
    return (principal) => (principal.kind !== 'service' && principal.accountId === account ? 'account' : 'none');
  }
  if (!/^arn:aws[\w-]*:(?:iam::\d{12}:(?:role|user)|sts::\d{12}:assumed-role)\/[^*?]+$/.test(name)) throw unknown;
  return (principal) => {
    if (principal.kind === 'service') return 'none';
    const isIt = principal.arn === name || (principal.kind === 'role' && principal.sessionArn === name);
    return isIt ? 'direct' : 'none';
  };
};
