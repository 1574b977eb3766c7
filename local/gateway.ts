import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsJson } from './gateway/aws-json.ts';
import { createDispatcher, type Around, type CallCount } from './gateway/dispatcher.ts';
import { ConnectionLostError } from './faults/service-errors.ts';
import { header } from './gateway/protocol.ts';
import type { Codec, Decoded, HttpReply, HttpRequest } from './gateway/protocol.ts';
import { queryXml } from './gateway/query-xml.ts';
import { restJson } from './gateway/rest-json.ts';
import { s3Xml } from './gateway/s3-xml.ts';
import { createSecurityTokenService } from './gateway/security-token.ts';
import { readCredentialScope, verifySignature } from './gateway/signature.ts';
import type { CredentialScope } from './gateway/signature.ts';
import type { Credentials } from './lambda/function-environment.ts';
import { AwsError, UnsupportedError, type Caller, type Dispatch, type Service } from './service.ts';
import { whenWritten } from './state/state.ts';

export interface GatewayOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: '127.0.0.1';
  readonly services: readonly Service[];
  /** The caller that an access key was given to. */
  readonly identify: (accessKeyId: string) => Caller | undefined;
  /** What that caller signs with; a signature is verified wherever this knows it. */
  readonly credentialsFor?: (accessKeyId: string) => Credentials | undefined;
  readonly accountId: string;
  readonly region: string;
  readonly log?: (line: string) => void;
  /** @default nothing stands between */
  readonly around?: Around;
  /** What an answer waits for, once its effect has taken place. @default nothing */
  readonly written?: () => Promise<void> | undefined;
}

export interface Gateway {
  /** What AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string;
  readonly dispatch: Dispatch;
  /** Adds an engine that needs `dispatch` itself. */
  readonly register: (service: Service) => void;
  readonly counts: () => readonly CallCount[];
  /** What is answered, by service. */
  readonly actions: () => ReadonlyMap<string, ReadonlySet<string>>;
  /** Requests whose path begins with that prefix go here instead, unsigned. */
  readonly mount: (prefix: string, handler: Handler) => void;
  /** Stops listening and drops open connections. */
  readonly close: () => Promise<void>;
}

/** Answers an HTTP request. */
export type Handler = (request: HttpRequest) => Promise<HttpReply>;

/** S3 takes at most 5 GiB a request; here a body is held in memory. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** The one front door: a loopback HTTP server that translates AWS's protocols to calls and sends them through `dispatch`. */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const log = options.log ?? ((): void => undefined);
  const dispatcher = createDispatcher([createSecurityTokenService(options.accountId), ...options.services], options.around);

  const mounted = new Map<string, Handler>();

  const answer = async (request: HttpRequest): Promise<HttpReply> => {
    for (const [prefix, handler] of mounted) if (request.path.startsWith(prefix)) return handler(request);
    const requestId = randomUUID();
    const scope = readCredentialScope(request);
    const codec = chooseCodec(request, scope?.service);
    let decoded: Decoded | undefined;
    try {
      if (!scope) throw codec.missingKey;
      const caller = options.identify(scope.accessKeyId);
      if (!caller) throw codec.unknownKey;
      if (scope.region !== options.region && scope.service !== 'sts') throw codec.otherRegion(scope.region, options.region);
      const credentials = options.credentialsFor?.(scope.accessKeyId);
      if (credentials) refuseUnlessSigned(request, scope, credentials, codec);
      decoded = codec.decode(request);
      const traceId = header(request, 'x-amzn-trace-id');
      const call = { caller, ...decoded, ...(traceId !== undefined && { traceId }) };
      const result = await whenWritten(dispatcher.dispatchMeasured(call, request.body.length), options.written);
      return codec.encode(decoded, result, requestId);
    } catch (error) {
      if (error instanceof ConnectionLostError) throw error;
      if (error instanceof AwsError) return codec.encodeError(error, requestId, request, decoded);
      if (error instanceof UnsupportedError) {
        return codec.encodeError(new AwsError('UnsupportedOperation', error.message), requestId, request, decoded);
      }
      const what = decoded ? `${decoded.service}:${decoded.action}` : `${request.method} ${request.path}`;
      log(`${what} failed inside the local cloud: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const failure = new AwsError('InternalFailure', `The local cloud failed in ${what}: ${messageOf(error)}`, 500);
      return codec.encodeError(failure, requestId, request, decoded);
    }
  };

  const server = createServer((incoming, outgoing) => {
    readBody(incoming)
      .then((body) => answer(toRequest(incoming, body)))
      .then((reply) => send(incoming, outgoing, reply))
      .catch((error: unknown) => {
        // The client went away, sent more than is read, or lost the connection on request: nobody is answered.
        log(`A request was dropped: ${messageOf(error)}`);
        outgoing.destroy();
      });
  });
  // Clients keep connections for reuse; one that the server closes first fails their next request.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://${options.host}:${port}`,
    dispatch: dispatcher.dispatch,
    register: dispatcher.register,
    counts: dispatcher.counts,
    actions: dispatcher.actions,
    mount: (prefix, handler) => void mounted.set(prefix, handler),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const refuseUnlessSigned = (request: HttpRequest, scope: CredentialScope, credentials: Credentials, codec: Codec): void => {
  const verdict = verifySignature(request, scope, credentials);
  if (verdict === 'valid') return;
  if (verdict === 'wrong-token') throw codec.unknownKey;
  if (verdict === 'wrong-body-hash' && scope.service === 's3')
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  throw codec.wrongSignature;
};

/** The protocol follows from the service that was signed for; without a signature, from the looks of the request. */
const chooseCodec = (request: HttpRequest, signedFor: string | undefined): Codec => {
  if (request.headers['x-amz-target'] !== undefined) return awsJson;
  if (signedFor === 's3' || signedFor === 's3express') return s3Xml;
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (isForm || request.query.has('Action')) return queryXml(signedFor ?? 'unknown');
  return signedFor === undefined ? s3Xml : restJson(signedFor);
};

const toRequest = (incoming: IncomingMessage, body: Buffer): HttpRequest => {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    body,
  };
};

const readBody = (incoming: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) incoming.destroy(new Error(`a request body is over ${MAX_BODY_BYTES} bytes`));
      chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
  });

const send = (incoming: IncomingMessage, outgoing: ServerResponse, reply: HttpReply): void => {
  const isHead = incoming.method === 'HEAD';
  const length = typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.byteLength;
  outgoing.writeHead(
    reply.status,
    isHead || reply.status === 204 ? reply.headers : { ...reply.headers, 'content-length': length },
  );
  outgoing.end(isHead ? undefined : reply.body);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
