import type { Statement } from './policy-document.ts';
import type { AuthorizationRequest } from './request.ts';

/** The policies that have a say about one request. */
export interface Policies {
  /** Of the caller; a service has none. */
  readonly identity: readonly Statement[];
  /** Of the resource. */
  readonly resource: readonly Statement[];
  /**
   * `either`: one of the two must allow. `resource`: that of the resource must allow, be it by leaving the decision to the account
   * (KMS keys), whose identity policies then allow too.
   */
  readonly needed: 'either' | 'resource';
}

/** A statement that spoke, and the action as it writes it. */
export interface Spoken {
  readonly statement: Statement;
  readonly action: string;
  /** Without it the request would have been refused. */
  readonly decisive: boolean;
}

export type Decision =
  | { readonly kind: 'allowed'; readonly by: readonly Spoken[] }
  | { readonly kind: 'denied'; readonly reason: 'explicit'; readonly by: readonly Spoken[] }
  | { readonly kind: 'denied'; readonly reason: 'implicit' };

type Matched = readonly { readonly statement: Statement; readonly action: string }[];

/**
 * Decides about a request within one account: an explicit deny wins, then any allow, else it is refused.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export const decide = (request: AuthorizationRequest, policies: Policies): Decision => {
  const identity = matching(policies.identity, request, 'direct');
  const direct = matching(policies.resource, request, 'direct');
  const account = matching(policies.resource, request, 'account');
  const denials = [...identity, ...direct, ...account].filter(({ statement }) => statement.effect === 'Deny');
  if (denials.length > 0) {
    const by = denials.map((one) => ({ ...one, decisive: denials.length === 1 }));
    return { kind: 'denied', reason: 'explicit', by };
  }
  const suffices = (own: number, named: number, delegated: number): boolean =>
    named > 0 || (own > 0 && (policies.needed === 'either' || delegated > 0));
  const [own, named, delegated] = [identity.length, direct.length, account.length];
  if (!suffices(own, named, delegated)) return { kind: 'denied', reason: 'implicit' };
  const spoken = (group: Matched, decisive: boolean): readonly Spoken[] => group.map((one) => ({ ...one, decisive }));
  return {
    kind: 'allowed',
    by: [
      ...spoken(identity, own > 0 && !suffices(own - 1, named, delegated)),
      ...spoken(direct, named > 0 && !suffices(own, named - 1, delegated)),
      // Where the resource's word is not needed, leaving the decision to the account says nothing.
      ...(policies.needed === 'resource' ? spoken(account, delegated > 0 && !suffices(own, named, delegated - 1)) : []),
    ],
  };
};

const matching = (statements: readonly Statement[], request: AuthorizationRequest, how: 'direct' | 'account'): Matched => {
  const matched: { readonly statement: Statement; readonly action: string }[] = [];
  for (const statement of statements) {
    const action = statement.coveringAction(request.action);
    if (action === undefined || statement.speaksOf(request.principal) !== how || !statement.fits(request)) continue;
    matched.push({ statement, action });
  }
  return matched;
};
