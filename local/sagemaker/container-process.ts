import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ImageProgram } from './dockerfile.ts';

/** A container's program while it runs. */
export interface ContainerProcess {
  readonly pid: number | undefined;
  /** Resolves with the exit code; 128 and the signal's number after a signal. Never rejects. */
  readonly exited: Promise<number>;
  /** SIGTERM, and after the grace time SIGKILL; resolves when the program has ended. */
  stop(graceMs: number): Promise<number>;
  /** SIGKILL, as a crash. */
  kill(): Promise<number>;
}

export interface ContainerOptions {
  readonly program: ImageProgram;
  readonly command: 'train' | 'serve';
  readonly environment: Readonly<Record<string, string>>;
  /** Removed if the local cloud dies without a chance to do so itself. */
  readonly temporaryFolder: string;
  readonly log: (line: string) => void;
}

const supervisor = fileURLToPath(new URL('supervisor.ts', import.meta.url));

/** SageMaker's images are for this platform; native addons in them load nowhere else. */
const IMAGE_PLATFORM = 'linux-x64';

/** What Node is told before the program's name: on another platform native addons come from this machine's own installation. */
const nodeOptions = (): readonly string[] =>
  `${process.platform}-${process.arch}` === IMAGE_PLATFORM ? [] : ['--import', new URL('host-addons.ts', import.meta.url).href];

export const startContainer = (options: ContainerOptions): ContainerProcess => {
  const { program, command, environment, temporaryFolder, log } = options;
  const [, ...args] = program.entrypoint;
  const commandLine = [process.execPath, ...nodeOptions(), ...args, command];
  const child = spawn(process.execPath, [supervisor, temporaryFolder, ...commandLine], {
    cwd: program.folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: temporaryFolder, ...program.environment, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', log);
  const exited = new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 137));
  });
  const kill = (): Promise<number> => {
    child.stdin.write('kill\n');
    return exited;
  };
  return {
    pid: child.pid,
    exited,
    kill,
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => void kill(), graceMs);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
  };
};
