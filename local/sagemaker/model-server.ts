import http from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startContainer } from './container-process.ts';
import type { ContainerProcess } from './container-process.ts';
import type { ImageProgram } from './dockerfile.ts';

export interface ModelServerOptions {
  readonly program: ImageProgram;
  readonly environment: Readonly<Record<string, string>>;
  readonly temporaryFolder: string;
  readonly log: (line: string) => void;
}

export type ModelServerState = 'starting' | 'running' | 'restarting' | 'stopped';

export type ModelReply =
  | { readonly kind: 'answered'; readonly status: number; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'timed-out' };

/** The container behind an endpoint. One that ends by itself is started again, as SageMaker does. */
export interface ModelServer {
  readonly state: () => ModelServerState;
  readonly pid: () => number | undefined;
  /** Starts the program; resolves with whether it answered `GET /ping` with 200 in time. */
  start(): Promise<boolean>;
  /** Ends the program, and it stays down until `start`. */
  stop(): Promise<void>;
  /** Kills the program; it is started again, as after any crash. */
  crash(): Promise<void>;
  invoke(request: { readonly body: Uint8Array; readonly contentType: string; readonly accept: string }): Promise<ModelReply>;
}

/** SageMaker's limits: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html */
const pingLimitMs = 180_000;
const invocationLimitMs = 60_000;

const pingEveryMs = 50;
const restartDelayMs = 500;
const stopGraceMs = 2000;

export const createModelServer = ({ program, environment, temporaryFolder, log }: ModelServerOptions): ModelServer => {
  const agent = new http.Agent({ keepAlive: true });
  let state: ModelServerState = 'stopped';
  let running: { readonly container: ContainerProcess; readonly port: number } | undefined;
  const current = (): typeof running => running;

  const launch = async (): Promise<boolean> => {
    const port = await freePort();
    if (state === 'stopped') return false;
    const container = startContainer({
      program,
      command: 'serve',
      environment: { ...environment, SAGEMAKER_BIND_TO_PORT: String(port) },
      temporaryFolder,
      log,
    });
    let ended = false;
    const launched = { container, port };
    running = launched;
    void container.exited.then((code) => {
      ended = true;
      if (running !== launched) return undefined;
      running = undefined;
      // Before the first ping nothing is started again: the endpoint has failed.
      if (state !== 'running' && state !== 'restarting') return undefined;
      log(`the container ended with exit code ${code} and is started again`);
      state = 'restarting';
      return restart();
    });
    const giveUpAt = Date.now() + pingLimitMs;
    const goesOn = (): boolean => !ended && running === launched && Date.now() < giveUpAt;
    while (goesOn()) {
      if (await answersPing(port, agent)) return true;
      await delay(pingEveryMs);
    }
    return false;
  };

  const restart = async (): Promise<void> => {
    await delay(restartDelayMs);
    // Stopped or started by somebody else meanwhile.
    if (state !== 'restarting' || current()) return;
    const healthy = await launch();
    if (healthy && current()) state = 'running';
    // One that runs without answering is ended, and so comes up for the next try.
    else void current()?.container.kill();
  };

  const stop = async (): Promise<void> => {
    state = 'stopped';
    const container = running?.container;
    running = undefined;
    await container?.stop(stopGraceMs);
    agent.destroy();
  };

  return {
    state: () => state,
    pid: () => running?.container.pid,
    start: async () => {
      if (state !== 'stopped') return state === 'running';
      state = 'starting';
      const healthy = await launch();
      if (healthy && running) state = 'running';
      else await stop();
      return healthy;
    },
    stop,
    crash: async () => {
      await running?.container.kill();
    },
    invoke: async ({ body, contentType, accept }) => {
      if (state !== 'running' || !running) return { kind: 'unreachable', reason: 'the container is not running' };
      return send(running.port, agent, { body, headers: { 'content-type': contentType, accept, 'content-length': body.length } });
    },
  };
};

/** A port that is free now. Should another program take it first, the container ends and is started on another one. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const answersPing = (port: number, agent: http.Agent): Promise<boolean> =>
  new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/ping', agent, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

interface Outgoing {
  readonly body: Uint8Array;
  readonly headers: http.OutgoingHttpHeaders;
}

const send = (port: number, agent: http.Agent, { body, headers }: Outgoing): Promise<ModelReply> =>
  new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/invocations', method: 'POST', agent, headers };
    const timer = setTimeout(() => {
      resolve({ kind: 'timed-out' });
      request.destroy();
    }, invocationLimitMs);
    const settle = (reply: ModelReply): void => {
      clearTimeout(timer);
      resolve(reply);
    };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => settle({ kind: 'unreachable', reason: error.message }));
      response.on('end', () =>
        settle({
          kind: 'answered',
          status: response.statusCode ?? 500,
          contentType: response.headers['content-type'] ?? 'application/octet-stream',
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on('error', (error) => {
      // The server may close a kept connection just when it is used again.
      const closedMeanwhile = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (!closedMeanwhile) return settle({ kind: 'unreachable', reason: error.message });
      clearTimeout(timer);
      return resolve(send(port, agent, { body, headers }));
    });
    request.end(body);
  });
