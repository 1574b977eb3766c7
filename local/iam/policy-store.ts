import { refuseBeyond } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import { iamLimits } from './limits.ts';
import { awsManagedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { Statement } from './policy-document.ts';

interface Role {
  readonly name: string;
  readonly trust: readonly Statement[];
  readonly own: Statement[];
  readonly managed: Set<string>;
}

export interface RoleToAdd {
  readonly arn: string;
  readonly name: string;
  /** What its policies are called in messages: `stack/logicalId`. */
  readonly source: string;
  readonly trust: unknown;
  readonly managedPolicyArns: readonly string[];
}

/** Every policy of the stacks, by what it belongs to. */
export interface PolicyStore {
  addRole(role: RoleToAdd): void;
  /** Attaches a policy of the role's own. */
  addRolePolicy(roleName: string, source: string, document: unknown): void;
  /** A policy that roles attach by its ARN. */
  addManagedPolicy(arn: string, source: string, document: unknown): void;
  attachManagedPolicy(roleName: string, arn: string): void;
  /** Adds statements to the policy of a resource. */
  addResourcePolicy(arn: string, source: string, document: unknown): void;
  /** @throws UnsupportedError for a role that no stack has made: nobody knows what it may do */
  readonly identityOf: (roleArn: string) => readonly Statement[];
  readonly resourcePolicyOf: (arn: string) => readonly Statement[];
  /** Every statement that a template wrote. */
  readonly statements: () => readonly Statement[];
}

/** AWS does not count blanks. */
const charactersOf = (document: unknown): number =>
  (typeof document === 'string' ? document : (JSON.stringify(document) ?? '')).replaceAll(/\s/g, '').length;

export const createPolicyStore = (): PolicyStore => {
  const ownCharacters = new Map<Role, number>();
  const roles = new Map<string, Role>();
  const roleNames = new Map<string, Role>();
  const managed = new Map<string, readonly Statement[]>();
  const resources = new Map<string, Statement[]>();
  const written: Statement[] = [];
  /** By role; what is attached changes only while stacks are deployed. */
  const identities = new Map<string, readonly Statement[]>();

  const parse = (document: unknown, kind: 'identity' | 'resource', source: string): readonly Statement[] => {
    const statements = parsePolicy(document, kind, source);
    written.push(...statements);
    identities.clear();
    return statements;
  };

  const roleNamed = (name: string, source: string): Role => {
    const role = roleNames.get(name);
    if (role) return role;
    throw new UnsupportedError(`${source} belongs to the role ${name}, which no stack makes.`);
  };

  const attach = (role: Role, arn: string): void => {
    role.managed.add(arn);
    const { most } = iamLimits.managedPolicies;
    refuseBeyond(iamLimits.managedPolicies, role.managed.size, `${role.name}: Cannot exceed quota for PoliciesPerRole: ${most}`);
  };

  const managedPolicy = (arn: string): readonly Statement[] => {
    const known = managed.get(arn);
    if (known) return known;
    const name = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
    if (!Object.hasOwn(awsManagedPolicies, name))
      throw new UnsupportedError(`The local cloud does not know what the managed policy ${arn} allows.`);
    const statements = parsePolicy(awsManagedPolicies[name], 'identity', name);
    managed.set(arn, statements);
    return statements;
  };

  const findIdentity = (arn: string): readonly Statement[] => {
    const role = roles.get(arn);
    if (!role) throw new UnsupportedError(`No stack makes the role ${arn}, so the local cloud cannot tell what it may do.`);
    return [...role.own, ...[...role.managed].flatMap(managedPolicy)];
  };

  const addResourcePolicy: PolicyStore['addResourcePolicy'] = (arn, source, document) => {
    const statements = parse(document, 'resource', source);
    resources.set(arn, [...(resources.get(arn) ?? []), ...statements]);
  };

  return {
    addRole: ({ arn, name, source, trust, managedPolicyArns }) => {
      refuseBeyond(
        iamLimits.roleName,
        name.length,
        `${source}: the name of a role has at most ${iamLimits.roleName.most} characters`,
      );
      refuseBeyond(
        iamLimits.trustPolicy,
        charactersOf(trust),
        `${source}: Cannot exceed quota for ACLSizePerRole: ${iamLimits.trustPolicy.most}`,
      );
      const role = { name, trust: parse(trust, 'resource', `${source} trust policy`), own: [], managed: new Set<string>() };
      roles.set(arn, role);
      roleNames.set(name, role);
      resources.set(arn, [...role.trust]);
      for (const policy of managedPolicyArns) {
        managedPolicy(policy);
        attach(role, policy);
      }
    },
    addRolePolicy: (roleName, source, document) => {
      const statements = parse(document, 'identity', source);
      const role = roleNamed(roleName, source);
      const characters = (ownCharacters.get(role) ?? 0) + charactersOf(document);
      refuseBeyond(
        iamLimits.rolePolicies,
        characters,
        `${source}: Maximum policy size of ${iamLimits.rolePolicies.most} bytes exceeded for role ${roleName}`,
      );
      ownCharacters.set(role, characters);
      role.own.push(...statements);
    },
    addManagedPolicy: (arn, source, document) => {
      refuseBeyond(
        iamLimits.managedPolicy,
        charactersOf(document),
        `${source}: Cannot exceed quota for PolicySize: ${iamLimits.managedPolicy.most}`,
      );
      managed.set(arn, parse(document, 'identity', source));
    },
    attachManagedPolicy: (roleName, arn) => {
      managedPolicy(arn);
      attach(roleNamed(roleName, arn), arn);
      identities.clear();
    },
    addResourcePolicy,
    identityOf: (arn) => {
      let identity = identities.get(arn);
      if (!identity) identities.set(arn, (identity = findIdentity(arn)));
      return identity;
    },
    resourcePolicyOf: (arn) => resources.get(arn) ?? [],
    statements: () => written,
  };
};
