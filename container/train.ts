import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { trainFolder } from '../model/train.ts';
import { ContainerError } from './environment.ts';
import type { ContainerEnvironment } from './environment.ts';
import type { Log } from './log.ts';

/**
 * Runs a SageMaker training job on its folder: reads `input/config/hyperparameters.json` and the channels in `input/data`, writes
 * `model/`, and to `checkpoints/` what a later job can take up. What goes wrong is also written to `output/failure`, from where SageMaker shows it.
 * @throws what the training threw
 */
export const runTraining = async (
  { encoderFolder, mlFolder }: Pick<ContainerEnvironment, 'encoderFolder' | 'mlFolder'>,
  log: Log,
): Promise<void> => {
  try {
    const hyperparameters = readHyperparameters(join(mlFolder, 'input', 'config', 'hyperparameters.json'));
    const manifest = await trainFolder(
      join(mlFolder, 'input', 'data'),
      join(mlFolder, 'model'),
      hyperparameters,
      await openEncoder(encoderFolder, { threads: 2 }),
      (progress) => log('INFO', 'training', { ...progress }),
      checkpointsOf(mlFolder),
    );
    log('INFO', 'trained', { kind: manifest.kind, version: manifest.version, examples: manifest.createdFrom.count });
    for (const [group, metrics] of Object.entries(manifest.metrics)) log('INFO', 'metrics', { ...metrics, group });
  } catch (cause) {
    const output = join(mlFolder, 'output');
    mkdirSync(output, { recursive: true });
    writeFileSync(join(output, 'failure'), reasonOf(cause));
    throw cause;
  }
};

/** SageMaker makes the folder where the job names a place on S3 for it, and keeps both alike. */
const checkpointsOf = (mlFolder: string): string | undefined => {
  const folder = join(mlFolder, 'checkpoints');
  return existsSync(folder) ? folder : undefined;
};

const readHyperparameters = (path: string): Readonly<Record<string, string>> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ContainerError(`${path} cannot be read as JSON: ${reasonOf(cause)}.`, { cause });
  }
  if (!isJsonObject(parsed)) throw new ContainerError(`${path} is not a JSON object.`);
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]): readonly [string, string] => {
      if (typeof value !== 'string') throw new ContainerError(`${path}: "${name}" is not a text; SageMaker passes text only.`);
      return [name, value];
    }),
  );
};
