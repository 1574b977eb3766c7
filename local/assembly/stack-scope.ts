import { createHash } from 'node:crypto';
import { UnsupportedError } from '../service.ts';
import type { StackTemplate } from './cloud-assembly.ts';
import { AssemblyError } from './errors.ts';
import { resolve } from './intrinsics.ts';
import type { Scope } from './intrinsics.ts';
import { objectOf } from './json.ts';

/** What the rest of a template sees of a deployed resource. */
export interface DeployedValues {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute; a nested one is named with dots. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

interface ScopeInputs {
  readonly stack: StackTemplate;
  readonly place: Place;
  /** Resources deployed so far, by logical id; filled while the stack is deployed. */
  readonly deployed: ReadonlyMap<string, DeployedValues>;
  /** Exports of the stacks deployed before. */
  readonly exports: ReadonlyMap<string, unknown>;
}

/** What the intrinsic functions of this stack refer to, as far as it is deployed. */
export const createStackScope = ({ stack, place, deployed, exports }: ScopeInputs): Scope => {
  const pseudo = pseudoParameters(stack.name, place);
  const undeployed = (logicalId: string): AssemblyError =>
    new AssemblyError(`${stack.name} refers to ${logicalId}, which it does not contain, or only under a condition that is false`);

  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (Object.hasOwn(stack.parameters, name)) return parameterValue(stack, name);
      const resource = deployed.get(name);
      if (!resource) throw undeployed(name);
      return resource.ref;
    },
    attribute: (logicalId, attribute) => {
      const resource = deployed.get(logicalId);
      if (!resource) throw undeployed(logicalId);
      if (Object.hasOwn(resource.attributes, attribute)) return resource.attributes[attribute];
      const type = stack.resources.find((entry) => entry.logicalId === logicalId)?.type ?? 'resource';
      throw new UnsupportedError(
        `${stack.name}: attribute ${attribute} of ${logicalId} (${type}) is not known to the local cloud`,
      );
    },
    importValue: (name) => {
      if (exports.has(name)) return exports.get(name);
      throw new AssemblyError(`${stack.name} imports ${name}, which no stack deployed before it exports`);
    },
    condition: (name) => {
      if (!Object.hasOwn(stack.conditions, name)) throw new AssemblyError(`${stack.name} has no condition ${name}`);
      return resolve(stack.conditions[name], scope) === true;
    },
    mapping: (map, first, second) => {
      const value = objectOf(objectOf(stack.mappings[map], `mapping ${map}`)[first], `mapping ${map}.${first}`)[second];
      if (value === undefined) throw new AssemblyError(`${stack.name} has no mapping ${map}.${first}.${second}`);
      return value;
    },
  };
  return scope;
};

const pseudoParameters = (stack: string, { region, accountId }: Place): Readonly<Record<string, unknown>> => ({
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stack,
  'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/${stackUuid(stack)}`,
  'AWS::NotificationARNs': [],
});

const stackUuid = (stack: string): string => {
  const hex = createHash('sha256').update(stack).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

const parameterValue = (stack: StackTemplate, name: string): unknown => {
  const parameter = objectOf(stack.parameters[name], `parameter ${name} of ${stack.name}`);
  const value = parameter['Default'];
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new AssemblyError(`parameter ${name} of ${stack.name} has no default, and the local cloud asks for none`);
  const type = String(parameter['Type']);
  // The default of an SSM parameter is its name; only the bootstrap version, which does nothing, is let through.
  if (type.startsWith('AWS::SSM::Parameter') && name !== 'BootstrapVersion') {
    throw new UnsupportedError(
      `parameter ${name} of ${stack.name} reads the SSM parameter ${value}, which does not exist locally`,
    );
  }
  return type === 'CommaDelimitedList' || type.startsWith('List<') ? String(value).split(',') : value;
};
