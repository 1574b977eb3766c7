import { resourceNames } from './resource-names.ts';
import type { ResourceNames } from './resource-names.ts';
import { asList, inside, withoutHash } from './template.ts';
import type { Resource, Template } from './template.ts';

const EVERY_FUNCTION = 'every function';

/** One action on one resource. */
interface Permission {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  /** Undefined where there is none. */
  readonly condition: string | undefined;
}

/**
 * All that the roles of a stage may do and who else may use its resources, as two tables in Markdown.
 * @param templates of both stacks, as synthesized
 * @throws Error for a policy that it cannot read
 */
export const describePermissions = (templates: readonly Template[]): string => {
  const names = resourceNames(templates);
  const all = templates.flatMap(({ Resources }) => Object.entries(Resources));
  const roles = all.filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const managed = roles.filter(([, role]) => asList(inside(role, 'Properties', 'ManagedPolicyArns')).length > 0);
  if (managed.length > 0) throw new Error(`${managed.map(([id]) => id).join(', ')}: managed policies are not described`);
  const own = roles.flatMap(([id, role]) => permissionsOf(id, nameOf(id, role), all, names));
  const functions = roles.filter(([, role]) => isFunction(role)).map(([id, role]) => nameOf(id, role));
  return [
    'What each role may do; `prod` stands in the names of that stage.',
    '',
    table(['who', 'may', 'on', 'only if'], rowsOf(sharedOnce(own, functions))),
    '',
    'Whom the policies of resources let in beside them:',
    '',
    table(['who', 'may', 'on', 'only if'], rowsOf(all.flatMap(([, resource]) => letIn(resource, names)))),
  ].join('\n');
};

const isFunction = (role: Resource): boolean => String(inside(role, 'Properties', 'Description')).startsWith('Role of ');

/** Functions by their folder; what SageMaker, the Scheduler and EventBridge act as by their logical ids. */
const nameOf = (id: string, role: Resource): string =>
  isFunction(role) ? String(inside(role, 'Properties', 'Description')).slice('Role of '.length) : withoutHash(id);

const permissionsOf = (
  roleId: string,
  who: string,
  all: readonly (readonly [string, Resource])[],
  names: ResourceNames,
): readonly Permission[] =>
  all
    .filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::IAM::Policy' && asList(inside(Properties, 'Roles')).some((role) => inside(role, 'Ref') === roleId),
    )
    .flatMap(([, policy]) => asList(inside(policy, 'Properties', 'PolicyDocument', 'Statement')))
    .flatMap((statement) => {
      if (inside(statement, 'Effect') !== 'Allow') throw new Error(`${who} has a statement that does not allow`);
      return spread(who, statement, names, withoutHash(roleId).replace(/Role$/, 'Logs'));
    });

const spread = (who: string, statement: unknown, names: ResourceNames, ownLogs?: string): readonly Permission[] =>
  asList(inside(statement, 'Action')).flatMap((action) =>
    asList(inside(statement, 'Resource')).map((resource) => {
      const name = names.of(resource);
      return {
        who,
        action: String(action),
        resource: name === `log group \`${ownLogs}\`` ? 'its own log group' : name,
        condition: conditionText(inside(statement, 'Condition'), names),
      };
    }),
  );

const conditionText = (condition: unknown, names: ResourceNames): string | undefined =>
  condition === undefined
    ? undefined
    : Object.entries(condition as Record<string, Record<string, unknown>>)
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(
            ([key, values]) =>
              `\`${key}\` ${operator} ${asList(values)
                .map((one) => valueText(one, names))
                .join(' or ')}`,
          ),
        )
        .join(', and ');

const valueText = (value: unknown, names: ResourceNames): string =>
  typeof value === 'string' ? `\`${value}\`` : names.of(value);

/** Statements of resource policies that allow; the rest denies what does not come over TLS. */
const letIn = ({ Type, Properties }: Resource, names: ResourceNames): readonly Permission[] => {
  const document = inside(Properties, 'PolicyDocument') ?? inside(Properties, 'KeyPolicy');
  if (Type === 'AWS::IAM::Policy' || document === undefined) return [];
  return asList(inside(document, 'Statement'))
    .filter((statement) => inside(statement, 'Effect') === 'Allow')
    .flatMap((statement) =>
      asList(inside(statement, 'Principal', 'Service') ?? inside(statement, 'Principal', 'AWS')).flatMap((principal) =>
        spread(names.of(principal).replace(/^iam `root`$/, 'the account, by policies of its own'), statement, names),
      ),
    )
    .map((permission) => (Type === 'AWS::KMS::Key' ? { ...permission, resource: 'key of the data bucket' } : permission));
};

/** What every function may is told once. */
const sharedOnce = (permissions: readonly Permission[], functions: readonly string[]): readonly Permission[] => {
  const key = ({ action, resource, condition }: Permission): string => JSON.stringify([action, resource, condition]);
  const holders = Map.groupBy(permissions, key);
  const shared = new Set(
    [...holders].filter(([, some]) => functions.every((name) => some.some(({ who }) => who === name))).map(([one]) => one),
  );
  const once = [...shared].flatMap((one) => (holders.get(one) ?? []).slice(0, 1)).map((one) => ({ ...one, who: EVERY_FUNCTION }));
  return [...once, ...permissions.filter((one) => !(shared.has(key(one)) && functions.includes(one.who)))];
};

/** A row for the actions that somebody has on the same resources under the same condition. */
const rowsOf = (permissions: readonly Permission[]): readonly (readonly string[])[] =>
  [...Map.groupBy(permissions, ({ who }) => who)].flatMap(([who, some]) => {
    const byAction = Map.groupBy(some, ({ action, condition }) => JSON.stringify([action, condition]));
    const onSame = Map.groupBy(byAction.values(), (same) =>
      JSON.stringify([[...new Set(same.map(({ resource }) => resource))].toSorted(), same[0]?.condition]),
    );
    return [...onSame.values()].map((group, index) => [
      index > 0 ? '' : /[ .]/.test(who) ? who.replaceAll('`', '') : `\`${who}\``,
      group.map(([one]) => `\`${one?.action}\``).join(' '),
      [...new Set((group[0] ?? []).map(({ resource }) => resource))].toSorted().join(', '),
      group[0]?.[0]?.condition ?? '',
    ]);
  });

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
