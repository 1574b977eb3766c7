import { UnsupportedError } from '../service.ts';
import { AssemblyError } from './errors.ts';
import { isObject, listOf } from './json.ts';

/** What the intrinsic functions of one stack can refer to. */
export interface Scope {
  /** Value of a parameter, a pseudo parameter or a resource's `Ref`. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property that holds it is as if it were not there. */
export const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const text = (value: unknown, of: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new AssemblyError(`${of} needs a string, but got ${JSON.stringify(value) ?? String(value)}`);
};

const pair = (argument: unknown, of: string): readonly [unknown, unknown] => {
  const list = listOf(argument, of);
  if (list.length !== 2) throw new AssemblyError(`${of} takes two arguments, but got ${list.length}`);
  return [list[0], list[1]];
};

const substitute: Intrinsic = (argument, scope) => {
  const [template, variables] = Array.isArray(argument) ? pair(argument, 'Fn::Sub') : [argument, {}];
  const known = isObject(variables) ? variables : {};
  return text(template, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(known, name)) return text(resolve(known[name], scope), `Fn::Sub of ${name}`);
    const dot = name.indexOf('.');
    const value = dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
    return text(value, `Fn::Sub of ${name}`);
  });
};

const getAttribute: Intrinsic = (argument, scope) => {
  const parts = typeof argument === 'string' ? splitOnce(argument) : pair(argument, 'Fn::GetAtt');
  return scope.attribute(text(parts[0], 'Fn::GetAtt'), text(resolve(parts[1], scope), 'Fn::GetAtt'));
};

const splitOnce = (name: string): readonly [string, string] => {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
};

const equal = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const truth = (condition: unknown, scope: Scope): boolean => {
  const value = resolve(condition, scope);
  if (typeof value === 'boolean') return value;
  throw new AssemblyError(`a condition must be true or false, but is ${JSON.stringify(value)}`);
};

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? noValue : scope.ref(text(argument, 'Ref'))),
  Condition: (argument, scope) => scope.condition(text(argument, 'Condition')),
  'Fn::GetAtt': getAttribute,
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, values] = pair(argument, 'Fn::Join');
    const parts = listOf(resolve(values, scope), 'Fn::Join').map((part) => text(part, 'Fn::Join'));
    return parts.join(text(separator, 'Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, values] = pair(argument, 'Fn::Select');
    const list = listOf(resolve(values, scope), 'Fn::Select');
    const at = Number(resolve(index, scope));
    if (!(at in list)) throw new AssemblyError(`Fn::Select of entry ${at}, but the list has ${list.length}`);
    return list[at];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = pair(argument, 'Fn::Split');
    return text(resolve(value, scope), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = listOf(argument, 'Fn::If');
    return resolve(scope.condition(text(name, 'Fn::If')) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = pair(argument, 'Fn::Equals');
    return equal(resolve(left, scope), resolve(right, scope));
  },
  'Fn::And': (argument, scope) => listOf(argument, 'Fn::And').every((part) => truth(part, scope)),
  'Fn::Or': (argument, scope) => listOf(argument, 'Fn::Or').some((part) => truth(part, scope)),
  'Fn::Not': (argument, scope) => !truth(listOf(argument, 'Fn::Not')[0], scope),
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(resolve(argument, scope), 'Fn::ImportValue')),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = listOf(resolve(argument, scope), 'Fn::FindInMap').map((part) => text(part, 'Fn::FindInMap'));
    return scope.mapping(map ?? '', first ?? '', second ?? '');
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolve(argument, scope), 'Fn::Base64')).toString('base64'),
};

export const templateFunctions: readonly string[] = Object.keys(intrinsics);

/**
 * The value with every intrinsic function in it carried out.
 * @throws UnsupportedError for an intrinsic function or dynamic reference that is not carried out locally
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (typeof value === 'string') return refuseDynamicReference(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => resolve(entry, scope)).filter((entry) => entry !== noValue);
  if (!isObject(value)) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0) {
    const [key, argument] = entry;
    const intrinsic = intrinsics[key];
    // A policy's statement has a member `Condition` too; the intrinsic of that name takes a string.
    if (intrinsic && (key !== 'Condition' || typeof argument === 'string')) return intrinsic(argument, scope);
    if (key.startsWith('Fn::')) throw new UnsupportedError(`the intrinsic function ${key} is not carried out by the local cloud`);
  }
  const resolved = Object.entries(value).map(([key, member]) => [key, resolve(member, scope)] as const);
  return Object.fromEntries(resolved.filter(([, member]) => member !== noValue));
};

const refuseDynamicReference = (value: string): string => {
  if (/\{\{resolve:[^}]+\}\}/.test(value)) {
    throw new UnsupportedError(`the dynamic reference ${value} is not resolved by the local cloud: there is no such store here`);
  }
  return value;
};

/** Logical ids and parameter names that a template value refers to. */
export const referencesIn = (value: unknown): Set<string> => {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (!isObject(part)) return;
    for (const [key, argument] of Object.entries(part)) {
      if (key === 'Ref' && typeof argument === 'string') names.add(argument);
      else if (key === 'Fn::GetAtt') names.add(String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]));
      else {
        if (key === 'Fn::Sub') for (const name of substitutedNames(argument)) names.add(name);
        visit(argument);
      }
    }
  };
  visit(value);
  return names;
};

const substitutedNames = (argument: unknown): string[] => {
  const template: unknown = Array.isArray(argument) ? argument[0] : argument;
  if (typeof template !== 'string') return [];
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => (match[1] ?? '').split('.')[0] ?? '');
};
