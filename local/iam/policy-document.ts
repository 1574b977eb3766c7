import { parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import { cannotEvaluate } from './errors.ts';
import { parsePrincipal } from './principal.ts';
import type { PrincipalMatch } from './principal.ts';
import type { AuthorizationRequest, Principal } from './request.ts';
import { actionPattern, parseTextPattern } from './text-pattern.ts';

export type PolicyKind = 'identity' | 'resource';

/** Where a statement stands: the resource of the template, and how many statements before it in that policy. */
export interface StatementSource {
  /** `stack/logicalId`, with the inline policy's name where a resource has several documents. */
  readonly policy: string;
  readonly index: number;
  readonly sid?: string;
}

export interface Statement extends StatementSource {
  readonly kind: PolicyKind;
  readonly effect: 'Allow' | 'Deny';
  /** The action as the statement writes it that covers this one. */
  readonly coveringAction: (action: string) => string | undefined;
  /** How a resource policy's statement speaks of a principal; always directly in an identity policy, which is the principal's own. */
  readonly speaksOf: (principal: Principal) => PrincipalMatch;
  /** Whether resource and condition fit a request whose action and principal do. */
  readonly fits: (request: AuthorizationRequest) => boolean;
  /** The actions as they are written. */
  readonly actions: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const members: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Reads a policy document.
 * @param policy what the policy is called in messages
 * @throws UnsupportedError for whatever in it cannot be evaluated
 */
export const parsePolicy = (document: unknown, kind: PolicyKind, policy: string): readonly Statement[] => {
  const parsed = jsonOf(typeof document === 'string' ? JSON.parse(document) : document, policy);
  const version = parsed['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17')
    throw cannotEvaluate(policy, `policy version ${JSON.stringify(version)}`);
  const statements: readonly unknown[] = Array.isArray(parsed['Statement']) ? parsed['Statement'] : [parsed['Statement']];
  return statements.map((statement, index) =>
    parseStatement(jsonOf(statement, policy), { kind, policy, index, hasVariables: version === '2012-10-17' }),
  );
};

interface StatementPlace {
  readonly kind: PolicyKind;
  readonly policy: string;
  readonly index: number;
  readonly hasVariables: boolean;
}

const parseStatement = (statement: Json, { kind, policy, index, hasVariables }: StatementPlace): Statement => {
  const sid = typeof statement['Sid'] === 'string' && statement['Sid'] !== '' ? statement['Sid'] : undefined;
  const where = `${policy}, statement ${sid ?? index}`;
  for (const member of Object.keys(statement)) {
    if (!members.has(member)) throw cannotEvaluate(where, `the element ${member}`);
  }
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw cannotEvaluate(where, `the effect ${JSON.stringify(effect)}`);
  const { covering, actions } = parseActions(statement, where);
  const isResource = parseResources(statement, kind, { where, hasVariables });
  const condition: Condition =
    statement['Condition'] === undefined ? () => true : parseCondition(statement['Condition'], { where, hasVariables });
  return {
    kind,
    policy,
    index,
    ...(sid !== undefined && { sid }),
    effect,
    actions,
    coveringAction: covering,
    speaksOf: parsePrincipals(statement, kind, where),
    fits: (request) => isResource(request) && condition(request.context),
  };
};

const parseActions = (
  statement: Json,
  where: string,
): { readonly covering: Statement['coveringAction']; readonly actions: readonly string[] } => {
  const [name, actions] = oneOf(statement, 'Action', 'NotAction', where);
  const patterns = actions.map((action) => {
    if (action !== '*' && !/^[\w-]+:[\w*?-]+$/.test(action)) throw cannotEvaluate(where, `the action ${action}`);
    return [action, action === '*' ? (): boolean => true : actionPattern(action)] as const;
  });
  if (name === 'Action') return { covering: (action) => patterns.find(([, covers]) => covers(action))?.[0], actions };
  const all = `not ${actions.join(', ')}`;
  return { covering: (action) => (patterns.some(([, covers]) => covers(action)) ? undefined : all), actions: [all] };
};

const parseResources = (
  statement: Json,
  kind: PolicyKind,
  place: { readonly where: string; readonly hasVariables: boolean },
): ((request: AuthorizationRequest) => boolean) => {
  // The trust policy of a role speaks of that role, and so do policies of queues and keys that leave it out.
  if (kind === 'resource' && statement['Resource'] === undefined && statement['NotResource'] === undefined) return () => true;
  const [name, resources] = oneOf(statement, 'Resource', 'NotResource', place.where);
  const patterns = resources.map((resource) => parseTextPattern(resource, place));
  const isOneOf = ({ resource, context }: AuthorizationRequest): boolean =>
    patterns.some((pattern) => pattern.matches(resource, context));
  return name === 'Resource' ? isOneOf : (request) => !isOneOf(request);
};

const parsePrincipals = (statement: Json, kind: PolicyKind, where: string): Statement['speaksOf'] => {
  const { Principal: principal, NotPrincipal: notPrincipal } = statement;
  if (kind === 'identity') {
    if (principal !== undefined || notPrincipal !== undefined) throw cannotEvaluate(where, 'a principal in an identity policy');
    return () => 'direct';
  }
  if ((principal === undefined) === (notPrincipal === undefined))
    throw cannotEvaluate(where, 'a resource policy without exactly one of Principal and NotPrincipal');
  if (principal !== undefined) return parsePrincipal(principal, where);
  const element = parsePrincipal(notPrincipal, where);
  return (caller) => (element(caller) === 'none' ? 'direct' : 'none');
};

const oneOf = <Yes extends string, No extends string>(
  statement: Json,
  yes: Yes,
  no: No,
  where: string,
): readonly [Yes | No, readonly string[]] => {
  if ((statement[yes] === undefined) === (statement[no] === undefined))
    throw cannotEvaluate(where, `a statement without exactly one of ${yes} and ${no}`);
  const name = statement[yes] === undefined ? no : yes;
  const value = statement[name];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [
    name,
    texts.map((text) => {
      if (typeof text === 'string') return text;
      throw cannotEvaluate(where, `${name} ${JSON.stringify(text)}`);
    }),
  ];
};

const jsonOf = (value: unknown, where: string): Json => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw cannotEvaluate(where, `${JSON.stringify(value)} as a policy`);
};
