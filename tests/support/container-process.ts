import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

const START_MS = 20_000;

export interface ContainerEnd {
  readonly code: number | null;
  /** Its log lines, parsed. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  readonly output: string;
}

export interface RunningContainer {
  readonly url: string;
  readonly logs: () => readonly Readonly<Record<string, unknown>>[];
  /** Sends SIGTERM and waits for the end. */
  readonly stop: () => Promise<ContainerEnd>;
}

/** A loopback port that nothing listens on at the moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

interface Spawned {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<ContainerEnd>;
}

/** Runs the image's ENTRYPOINT from its build context, with nothing of this process's environment. */
const spawnContainer = (context: string, command: readonly string[], environment: Readonly<Record<string, string>>): Spawned => {
  const child = spawn(process.execPath, ['main.mjs', ...command], {
    cwd: context,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise<ContainerEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, logs: parseLogs(output), output }));
  });
  return { child, output: () => output, ended };
};

const parseLogs = (output: string): readonly Readonly<Record<string, unknown>>[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line));

/** Runs the container to its end. */
export const runContainer = (
  context: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ContainerEnd> => spawnContainer(context, command, environment).ended;

/** Runs the container until it has written something in particular, and kills it then, as a lost instance is. */
export const killContainerWhen = async (
  context: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  isTime: (output: string) => boolean,
): Promise<ContainerEnd> => {
  const { child, output, ended } = spawnContainer(context, command, environment);
  child.stdout?.on('data', () => {
    if (isTime(output())) child.kill('SIGKILL');
  });
  const { code } = await ended.catch(() => ({ code: null }));
  // The last line may have been cut off.
  const whole = output().slice(0, output().lastIndexOf('\n') + 1);
  return { code, logs: parseLogs(whole), output: whole };
};

/** Starts `serve` on a free port and resolves when it says that it serves. */
export const startContainer = async (context: string, mlFolder: string): Promise<RunningContainer> => {
  const port = await freePort();
  const { child, output, ended } = spawnContainer(context, ['serve'], {
    OPT_ML_DIR: mlFolder,
    SAGEMAKER_BIND_TO_PORT: `${port}`,
  });
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The container did not start: ${output()}`));
    }, START_MS);
    child.stdout?.on('data', () => {
      if (!output().includes('"serving"')) return;
      clearTimeout(limit);
      resolve();
    });
    child.once('close', () => {
      clearTimeout(limit);
      reject(new Error(`The container ended: ${output()}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    logs: () => parseLogs(output()),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};
