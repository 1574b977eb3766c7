import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../service.ts';

/** An HTTP request that was read whole. */
export interface HttpRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array;
}

/** What a request asks for, before it is known who asks. */
export interface Decoded {
  readonly service: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One wire protocol: HTTP to a call's members and back. `requestId` is what AWS would print in its logs. */
export interface Codec {
  decode(request: HttpRequest): Decoded;
  encode(decoded: Decoded, result: Readonly<Record<string, unknown>>, requestId: string): HttpReply;
  /** `decoded` is absent where the request could not be read or its caller is not known. */
  encodeError(error: AwsError, requestId: string, request: HttpRequest, decoded?: Decoded): HttpReply;
  /** How this protocol says that the access key is unknown, or that there is none. */
  readonly unknownKey: AwsError;
  readonly missingKey: AwsError;
  /** How it says that a request was not signed with its caller's secret, or is not what was signed. */
  readonly wrongSignature: AwsError;
  /** How it says that a request was signed for another region than it was sent to. */
  readonly otherRegion: (signedFor: string, region: string) => AwsError;
}

export const doesNotMatch = (code: string): AwsError =>
  new AwsError(
    code,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    403,
  );

export const otherRegion = (signedFor: string, region: string): AwsError =>
  new AwsError(
    'InvalidSignatureException',
    `Credential should be scoped to a valid region, not '${signedFor}': this is '${region}'.`,
    403,
  );

/** Refuses by name. The status is one that the SDK does not retry. */
export const refuse = (service: string, action: string): AwsError =>
  new AwsError(
    'UnsupportedOperation',
    `The local cloud does not know ${service}:${action}. It answers only what it can answer as AWS would.`,
  );

/** Parses a JSON object; an empty body is an empty object, as the SDK sends it for calls without members. */
export const parseJsonObject = (body: Buffer): Readonly<Record<string, unknown>> => {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
  return parsed as Readonly<Record<string, unknown>>;
};

/** A header's single value. */
export const header = (request: HttpRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** Copies the members that are there. */
export const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
