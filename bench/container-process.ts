import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** How long a container may take until it answers. */
const START_LIMIT_MS = 60_000;
const PING_EVERY_MS = 5;
/** Ticks of /proc/PID/stat a second, as Linux has them on every machine. */
const TICKS_PER_SECOND = 100;

/** The container's program as a child process, as the local cloud starts it. */
export interface ContainerProcess {
  /** Starts nothing anew; answers the body of `POST /invocations`. */
  readonly invoke: (body: string) => Promise<string>;
  /** From the start of the process until it answered the first ping. */
  readonly readyMs: number;
  /** Processor time of all its threads so far. */
  readonly cpuMs: () => number;
  /** The most memory that it has had resident so far. */
  readonly peakMemoryMb: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * @param context what container/build.ts has assembled
 * @param mlFolder holds the folder `model`
 * @throws Error where it does not answer in time
 */
export const startContainer = async (context: string, mlFolder: string): Promise<ContainerProcess> => {
  const port = await freePort();
  const agent = new Agent({ keepAlive: true });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(context, 'main.mjs'), 'serve'], {
    env: { ...process.env, OPT_ML_DIR: mlFolder, SAGEMAKER_BIND_TO_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    agent.destroy();
    child.kill('SIGTERM');
    await exited;
  };
  const ask = (method: string, path: string, body?: string): Promise<string> => send(agent, { port, method, path }, body);
  while (!(await ask('GET', '/ping').then(Boolean, () => false))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_LIMIT_MS) {
      await stop();
      throw new Error(`The container in ${context} did not answer; run it by hand to see why.`);
    }
    await new Promise((resolve) => setTimeout(resolve, PING_EVERY_MS));
  }
  return {
    readyMs: performance.now() - startedAt,
    invoke: (body) => ask('POST', '/invocations', body),
    cpuMs: () => processorMs(readFileSync(`/proc/${child.pid}/stat`, 'utf8')),
    peakMemoryMb: () => {
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kilobytes) / 1_024;
    },
    stop,
  };
};

const send = (agent: Agent, to: { readonly port: number; readonly method: string; readonly path: string }, body?: string) =>
  new Promise<string>((resolve, reject) => {
    const asked = request({ ...to, host: '127.0.0.1', agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`The container answered ${response.statusCode}: ${answer}`));
      });
    });
    asked.once('error', reject);
    asked.end(body);
  });

/** User and system time are the fields 14 and 15; the name of the program, field 2, may hold spaces. */
const processorMs = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
