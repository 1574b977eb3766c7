import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssemblyError } from './errors.ts';
import { isObject, listOf, objectOf, optionalText, textOf } from './json.ts';
import type { JsonObject } from './json.ts';
import { inDependencyOrder } from './order.ts';

/** One resource of a template, its properties still unresolved. */
export interface ResourceTemplate {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
}

export interface StackTemplate {
  readonly name: string;
  /** As the app fixed it; absent where the app left it open. */
  readonly region?: string;
  readonly accountId?: string;
  readonly parameters: JsonObject;
  readonly conditions: JsonObject;
  readonly mappings: JsonObject;
  readonly outputs: JsonObject;
  readonly resources: readonly ResourceTemplate[];
}

/** What `cdk synth` wrote: the stacks in deployment order, and the assets by the hash that templates refer to them with. */
export interface CloudAssembly {
  readonly folder: string;
  readonly stacks: readonly StackTemplate[];
  /** File or folder of each file asset. */
  readonly files: ReadonlyMap<string, string>;
  /** Build context of each container image. */
  readonly images: ReadonlyMap<string, string>;
}

interface Found {
  readonly stacks: { readonly id: string; readonly after: readonly string[]; readonly stack: StackTemplate }[];
  readonly files: Map<string, string>;
  readonly images: Map<string, string>;
}

/**
 * Reads the folder that `cdk synth` wrote, nested assemblies (stages) too.
 * @throws AssemblyError if a file is missing or stacks depend on each other in a circle
 */
export const readCloudAssembly = (path: string): CloudAssembly => {
  const folder = resolve(path);
  const found: Found = { stacks: [], files: new Map(), images: new Map() };
  readFolder(folder, found);
  if (found.stacks.length === 0)
    throw new AssemblyError(`no stack in ${folder}: run \`cdk synth\` and point to its output folder`);
  const byId = new Map(found.stacks.map((entry) => [entry.id, entry]));
  const order = inDependencyOrder(
    byId.keys(),
    (id) => byId.get(id)?.after.filter((other) => byId.has(other)) ?? [],
    (cycle) => `stacks depend on each other in a circle: ${cycle.join(' → ')}`,
  );
  return {
    folder,
    stacks: order.flatMap((id) => byId.get(id)?.stack ?? []),
    files: found.files,
    images: found.images,
  };
};

const readFolder = (folder: string, found: Found): void => {
  const artifacts = objectOf(readJson(join(folder, 'manifest.json'))['artifacts'], 'artifacts of manifest.json');
  for (const [id, value] of Object.entries(artifacts)) {
    const artifact = objectOf(value, `artifact ${id}`);
    const properties = objectOf(artifact['properties'], `properties of artifact ${id}`);
    if (artifact['type'] === 'aws:cloudformation:stack') {
      const file = textOf(properties['templateFile'], `templateFile of ${id}`);
      const name = optionalText(properties['stackName'], `stackName of ${id}`) ?? id;
      found.stacks.push({
        id,
        after: listOf(artifact['dependencies'], `dependencies of ${id}`).map(String),
        stack: { ...placeOf(artifact['environment']), ...readTemplate(join(folder, file), name) },
      });
    }
    if (artifact['type'] === 'cdk:asset-manifest') readAssets(folder, textOf(properties['file'], `file of ${id}`), found);
    if (artifact['type'] === 'cdk:cloud-assembly') {
      readFolder(join(folder, textOf(properties['directoryName'], `directoryName of ${id}`)), found);
    }
  }
};

const placeOf = (environment: unknown): { region?: string; accountId?: string } => {
  const [, accountId, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(String(environment)) ?? [];
  return {
    ...(region && region !== 'unknown-region' && { region }),
    ...(accountId && accountId !== 'unknown-account' && { accountId }),
  };
};

const readTemplate = (path: string, name: string): StackTemplate => {
  const template = readJson(path);
  const section = (key: string): JsonObject => objectOf(template[key], `${key} of ${path}`);
  if (template['Transform'] !== undefined) {
    throw new AssemblyError(
      `${path} uses Transform ${JSON.stringify(template['Transform'])}, which the local cloud does not run`,
    );
  }
  return {
    name,
    parameters: section('Parameters'),
    conditions: section('Conditions'),
    mappings: section('Mappings'),
    outputs: section('Outputs'),
    resources: Object.entries(section('Resources')).map(([logicalId, value]) => readResource(name, logicalId, value)),
  };
};

const readResource = (stack: string, logicalId: string, value: unknown): ResourceTemplate => {
  const resource = objectOf(value, `resource ${stack}/${logicalId}`);
  const after = resource['DependsOn'];
  const condition = optionalText(resource['Condition'], `Condition of ${stack}/${logicalId}`);
  return {
    logicalId,
    type: textOf(resource['Type'], `Type of ${stack}/${logicalId}`),
    properties: objectOf(resource['Properties'], `Properties of ${stack}/${logicalId}`),
    dependsOn: typeof after === 'string' ? [after] : listOf(after, `DependsOn of ${stack}/${logicalId}`).map(String),
    ...(condition && { condition }),
  };
};

const readAssets = (folder: string, file: string, found: Found): void => {
  const manifest = readJson(join(folder, file));
  for (const [hash, asset] of Object.entries(objectOf(manifest['files'], `files of ${file}`))) {
    const source = isObject(asset) ? objectOf(asset['source'], `source of asset ${hash}`) : {};
    if (typeof source['path'] === 'string') found.files.set(hash, resolve(folder, source['path']));
  }
  for (const [hash, asset] of Object.entries(objectOf(manifest['dockerImages'], `dockerImages of ${file}`))) {
    const source = isObject(asset) ? objectOf(asset['source'], `source of image ${hash}`) : {};
    if (typeof source['directory'] === 'string') found.images.set(hash, resolve(folder, source['directory']));
  }
};

const readJson = (path: string): JsonObject => {
  if (!existsSync(path)) throw new AssemblyError(`${path} does not exist: run \`cdk synth\` first`);
  try {
    return objectOf(JSON.parse(readFileSync(path, 'utf8')), path);
  } catch (error) {
    throw new AssemblyError(`${path} is not a JSON object`, { cause: error });
  }
};
