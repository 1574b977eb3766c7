import { join } from 'node:path';

/** The encoder's folder beside the program, where container/build.ts puts it. */
export const ENCODER_FOLDER = 'encoder';

/** Where SageMaker's folders and the encoder are, and where to listen. */
export interface ContainerEnvironment {
  /** Comes with the image, on a disk that may be read-only. */
  readonly encoderFolder: string;
  /** Holds input, model, output and perhaps checkpoints. */
  readonly mlFolder: string;
  readonly host: string;
  readonly port: number;
}

const DEFAULT_ML_FOLDER = '/opt/ml';
const DEFAULT_PORT = 8080;
const LARGEST_PORT = 65_535;

/** The start of the process cannot go on; the message says what to set. */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
  readonly retryable = false;
}

/**
 * Reads `OPT_ML_DIR` (default /opt/ml) and `SAGEMAKER_BIND_TO_PORT` (default 8080). In a container the server listens on every
 * address, because SageMaker calls from outside of it; where `OPT_ML_DIR` says that it runs as a plain process, on loopback only.
 * @throws ContainerError where the port is not one
 */
export const readEnvironment = (variables: Readonly<Record<string, string | undefined>>): ContainerEnvironment => {
  const { OPT_ML_DIR: mlFolder, SAGEMAKER_BIND_TO_PORT: portText } = variables;
  const port = portText === undefined || portText === '' ? DEFAULT_PORT : Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT)
    throw new ContainerError(`SAGEMAKER_BIND_TO_PORT is "${portText}"; it must be a whole number from 1 to ${LARGEST_PORT}.`);
  const encoderFolder = join(import.meta.dirname, ENCODER_FOLDER);
  return mlFolder === undefined || mlFolder === ''
    ? { encoderFolder, mlFolder: DEFAULT_ML_FOLDER, host: '0.0.0.0', port }
    : { encoderFolder, mlFolder, host: '127.0.0.1', port };
};
