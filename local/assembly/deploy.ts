import type { CloudAssembly, ResourceTemplate, StackTemplate } from './cloud-assembly.ts';
import { AssemblyError } from './errors.ts';
import { noValue, referencesIn, resolve } from './intrinsics.ts';
import { isObject, objectOf } from './json.ts';
import type { JsonObject } from './json.ts';
import { inDependencyOrder } from './order.ts';
import { physicalName } from './physical-name.ts';
import type { NameShape } from './physical-name.ts';
import { refuseUnsupportedTypes } from './resource-types.ts';
import { createStackScope } from './stack-scope.ts';
import type { DeployedValues, Place } from './stack-scope.ts';

/** A resource whose references are resolved, ready to be made. */
export interface ResourceToMake {
  readonly stack: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The name that the template gives in `property`, or the one CloudFormation would generate. */
  readonly nameFrom: (property: string, shape: NameShape) => string;
}

/** A resource that was made, and what deploying again or destroying the stack does to it. */
export interface MadeResource extends DeployedValues {
  readonly update?: () => Promise<void>;
  readonly destroy?: () => Promise<void>;
}

export interface Deployment {
  /** By stack, then by output key. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By `stack/logicalId`, in the order they were made. */
  readonly resources: ReadonlyMap<string, MadeResource>;
}

/**
 * Makes every resource of every stack in order of reference.
 * @throws UnsupportedError before anything is made if some type is not supported
 * @throws AssemblyError if references go round or lead nowhere
 */
export const deployAssembly = async (
  assembly: CloudAssembly,
  place: Place,
  make: (resource: ResourceToMake) => Promise<MadeResource>,
): Promise<Deployment> => {
  refuseUnsupportedTypes(assembly.stacks);
  const exports = new Map<string, unknown>();
  const resources = new Map<string, MadeResource>();
  const outputs: Record<string, Record<string, string>> = {};
  for (const stack of assembly.stacks) {
    const deployed = new Map<string, MadeResource>();
    const scope = createStackScope({ stack, place, deployed, exports });
    const wanted = stack.resources.filter((resource) => !resource.condition || scope.condition(resource.condition));
    for (const resource of inOrder(stack, wanted)) {
      const properties = objectOf(resolve(resource.properties, scope), `properties of ${resource.logicalId}`);
      const made = await make({
        stack: stack.name,
        stackId: String(scope.ref('AWS::StackId')),
        logicalId: resource.logicalId,
        type: resource.type,
        properties,
        nameFrom: (property, shape) => {
          const name = properties[property];
          return typeof name === 'string' ? name : physicalName(stack.name, resource.logicalId, shape);
        },
      });
      deployed.set(resource.logicalId, made);
      resources.set(`${stack.name}/${resource.logicalId}`, made);
    }
    outputs[stack.name] = readOutputs(stack, scope, exports);
  }
  return { outputs, resources };
};

const inOrder = (stack: StackTemplate, resources: readonly ResourceTemplate[]): ResourceTemplate[] => {
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const order = inDependencyOrder(
    byId.keys(),
    (id) => {
      const resource = byId.get(id);
      if (!resource) return [];
      return [...referencesIn(resource.properties), ...resource.dependsOn].filter((other) => byId.has(other));
    },
    (cycle) => `resources of ${stack.name} refer to each other in a circle: ${cycle.join(' → ')}`,
  );
  return order.flatMap((id) => byId.get(id) ?? []);
};

const readOutputs = (
  stack: StackTemplate,
  scope: ReturnType<typeof createStackScope>,
  exports: Map<string, unknown>,
): Record<string, string> => {
  const outputs: Record<string, string> = {};
  for (const [key, value] of Object.entries(stack.outputs)) {
    const output = objectOf(value, `output ${key}`);
    if (typeof output['Condition'] === 'string' && !scope.condition(output['Condition'])) continue;
    const resolved = resolve(output['Value'], scope);
    if (resolved === noValue) continue;
    outputs[key] = typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
    if (!isObject(output['Export'])) continue;
    const name = String(resolve(output['Export']['Name'], scope));
    if (exports.has(name)) throw new AssemblyError(`two stacks export ${name}; the second is ${stack.name}`);
    exports.set(name, resolved);
  }
  return outputs;
};
