import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isJsonObject } from '../model/json.ts';
import { ContainerError } from './environment.ts';
import type { Log } from './log.ts';
import type { Scorer } from './scorer.ts';

/** What a serverless endpoint accepts. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES;
/** SageMaker kills a container 30 s after SIGTERM; an answer takes well under this. */
const DRAIN_MS = 5_000;
/** Bounds the memory held by bodies still arriving; SageMaker sends a serverless container fewer than this. */
const MAX_IN_FLIGHT = 64;

type Answer = { readonly status: number; readonly body: unknown };

export interface ScoringServer {
  readonly port: number;
  /** Answers what is in flight, then stops. */
  readonly close: () => Promise<void>;
}

/**
 * Listens for `GET /ping` and `POST /invocations`. The model is loaded before, so a ping that is answered means ready.
 * @throws ContainerError where the port cannot be had
 */
export const startServing = async (
  scorer: Scorer,
  at: { readonly host: string; readonly port: number },
  log: Log,
): Promise<ScoringServer> => {
  let inFlight = 0;
  const server = createServer((request, response) => {
    inFlight++;
    response.once('close', () => inFlight--);
    void answer(scorer, request, inFlight, log).then((answered) => send(response, answered));
  });
  await listen(server, at);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
      }),
  };
};

const listen = (server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ContainerError(
          cause.code === 'EADDRINUSE'
            ? `Port ${port} is in use; stop what listens there, or set SAGEMAKER_BIND_TO_PORT to another port.`
            : `Cannot listen on ${host}:${port}: ${cause.message}.`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });

const answer = async (scorer: Scorer, request: IncomingMessage, inFlight: number, log: Log): Promise<Answer> => {
  const path = request.url?.split('?')[0];
  if (path === '/ping') return request.method === 'GET' ? { status: 200, body: {} } : methodNotAllowed('GET');
  if (path !== '/invocations') return failure(404, 'NotFound', 'There are GET /ping and POST /invocations.');
  if (request.method !== 'POST') return methodNotAllowed('POST');
  if (inFlight > MAX_IN_FLIGHT) return failure(503, 'TooManyRequests', `More than ${MAX_IN_FLIGHT} requests at once; try again.`);
  try {
    return await invoke(scorer, await readBody(request), log);
  } catch (cause) {
    if (cause instanceof BodyError) return failure(cause.status, cause.code, cause.message);
    if (request.destroyed && !request.complete) {
      log('INFO', 'The client hung up before its body was complete.');
      return failure(400, 'IncompleteBody', 'The body is incomplete.');
    }
    // The stack and the message may hold ticket text; the name of the error does not.
    log('ERROR', 'A request failed unexpectedly.', { error: cause instanceof Error ? cause.name : 'unknown' });
    return failure(500, 'InternalError', 'The model failed on this request; its log has the kind of error.');
  }
};

const invoke = async (scorer: Scorer, body: string, log: Log): Promise<Answer> => {
  const started = performance.now();
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return failure(400, 'MalformedJson', 'The body is not JSON.');
  }
  const instances: unknown = isJsonObject(parsed) ? parsed['instances'] : undefined;
  if (!Array.isArray(instances)) return failure(400, 'MissingInstances', 'The body must be an object with the list "instances".');
  const predictions = await scorer.score(instances);
  log('INFO', 'scored', {
    model: scorer.model.name,
    version: scorer.model.version,
    instances: predictions.length,
    failed: predictions.filter((prediction) => 'error' in prediction).length,
    latencyMs: Math.round((performance.now() - started) * 100) / 100,
  });
  return { status: 200, body: { model: scorer.model, predictions } };
};

/** The body cannot be taken; answered with `status`. */
class BodyError extends ContainerError {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const tooLarge = (): BodyError =>
    new BodyError(413, 'BodyTooLarge', `The body is over ${MAX_BODY_BYTES} bytes; send fewer instances at once.`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new BodyError(400, 'MalformedBody', 'The body is not bytes.');
    size += chunk.length;
    // Read on a while without keeping it: a sender that is cut off sees a broken connection instead of the reason.
    if (size > MAX_DISCARDED_BYTES) throw tooLarge();
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, { status, body }: Answer): void => {
  if (response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
};

const failure = (status: number, code: string, message: string): Answer => ({ status, body: { error: { code, message } } });

const methodNotAllowed = (allowed: string): Answer => failure(405, 'MethodNotAllowed', `Only ${allowed} is answered here.`);
