import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedError } from '../service.ts';

/** How a container of this image is started, as far as that is possible without running a container. */
export interface ImageProgram {
  /** The build context, which stands for the image's working directory. */
  readonly folder: string;
  /** Exec-form ENTRYPOINT; SageMaker appends `train` or `serve`. */
  readonly entrypoint: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** Instructions that change nothing about how the program runs. */
const inertInstructions = new Set(['LABEL', 'EXPOSE', 'MAINTAINER', 'STOPSIGNAL']);

/**
 * Reads the Dockerfile of a build context. FROM, WORKDIR, `COPY . .`, ENV and an exec-form ENTRYPOINT that starts node are carried
 * out by starting node in the context folder; nothing else can be, and is refused.
 */
export const readImageProgram = (folder: string): ImageProgram => {
  const path = join(folder, 'Dockerfile');
  const refuse = (line: string, why: string): never => {
    throw new UnsupportedError(`${path}: \`${line}\`: ${why}`);
  };
  let entrypoint: readonly string[] = [];
  const environment: Record<string, string> = {};
  for (const line of instructionsOf(readFileSync(path, 'utf8'))) {
    const [instruction = '', ...words] = line.split(/\s+/);
    const rest = line.slice(instruction.length).trim();
    const name = instruction.toUpperCase();
    if (name === 'ENTRYPOINT') entrypoint = readExecForm(rest) ?? refuse(line, 'only the exec form ["node", "…"] is run locally');
    else if (name === 'ENV')
      Object.assign(environment, readVariables(rest) ?? refuse(line, 'only ENV NAME=value is read locally'));
    else if (name === 'COPY') {
      if (words.length !== 2 || !['.', './'].includes(words[0] ?? '') || !['.', './'].includes(words[1] ?? '')) {
        refuse(line, 'only `COPY . .` is carried out locally, by running in the context folder');
      }
    } else if (name !== 'FROM' && name !== 'WORKDIR' && !inertInstructions.has(name))
      refuse(line, `${name} is not carried out locally`);
  }
  const [command, ...args] = entrypoint;
  if (command === undefined) throw new UnsupportedError(`${path} has no ENTRYPOINT; SageMaker needs the exec form`);
  if (command !== 'node') throw new UnsupportedError(`${path}: ENTRYPOINT starts ${command}; the local cloud starts node only`);
  return { folder, entrypoint: [command, ...args], environment };
};

const instructionsOf = (text: string): string[] =>
  text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const readExecForm = (rest: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(rest);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch (ignored) {
    return undefined;
  }
};

const readVariables = (rest: string): Record<string, string> | undefined => {
  const variables: Record<string, string> = {};
  const left = rest.replaceAll(
    /([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|[^\s"'\\$]*)(\s+|$)/g,
    (_whole, name: string, value: string) => {
      variables[name] = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
      return '';
    },
  );
  return left === '' ? variables : undefined;
};
