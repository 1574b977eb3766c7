import { AwsError } from '../service.ts';
import type { Codec, Decoded, HttpReply, HttpRequest } from './protocol.ts';
import { doesNotMatch, header, otherRegion, parseJsonObject, present } from './protocol.ts';

type Members = Readonly<Record<string, unknown>>;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly service: string;
  readonly action: string;
  /** `names` are the decoded groups of `path`. */
  readonly input: (request: HttpRequest, names: readonly string[]) => Members;
  /** Where the reply is not simply the result as JSON. */
  readonly reply?: (result: Members) => HttpReply;
}

const queryMember = (request: HttpRequest, name: string): string | undefined => request.query.get(name) ?? undefined;
const queryNumber = (request: HttpRequest, name: string): number | undefined => {
  const text = request.query.get(name);
  return text === null ? undefined : Number(text);
};

const invokeFunction: Route = {
  method: 'POST',
  path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
  service: 'lambda',
  action: 'Invoke',
  input: (request, [name]) =>
    present({
      FunctionName: name,
      InvocationType: header(request, 'x-amz-invocation-type') ?? 'RequestResponse',
      LogType: header(request, 'x-amz-log-type'),
      ClientContext: header(request, 'x-amz-client-context'),
      Qualifier: queryMember(request, 'Qualifier'),
      Payload: request.body,
    }),
  reply: (result) => ({
    status: Number(result['StatusCode'] ?? 200),
    headers: headersOf(result, {
      FunctionError: 'x-amz-function-error',
      LogResult: 'x-amz-log-result',
      ExecutedVersion: 'x-amz-executed-version',
    }),
    body: blob(result['Payload']),
  }),
};

const INVOKE_ENDPOINT_HEADERS = {
  ContentType: 'content-type',
  Accept: 'accept',
  CustomAttributes: 'x-amzn-sagemaker-custom-attributes',
  TargetModel: 'x-amzn-sagemaker-target-model',
  TargetVariant: 'x-amzn-sagemaker-target-variant',
  TargetContainerHostname: 'x-amzn-sagemaker-target-container-hostname',
  InferenceId: 'x-amzn-sagemaker-inference-id',
  EnableExplanations: 'x-amzn-sagemaker-enable-explanations',
  InferenceComponentName: 'x-amzn-sagemaker-inference-component',
  SessionId: 'x-amzn-sagemaker-session-id',
} as const;

const invokeEndpoint: Route = {
  method: 'POST',
  path: /^\/endpoints\/([^/]+)\/invocations$/,
  service: 'sagemaker',
  action: 'InvokeEndpoint',
  input: (request, [name]) =>
    present({
      EndpointName: name,
      Body: request.body,
      ...Object.fromEntries(Object.entries(INVOKE_ENDPOINT_HEADERS).map(([member, from]) => [member, header(request, from)])),
    }),
  reply: (result) => ({
    status: 200,
    headers: headersOf(result, {
      ContentType: 'content-type',
      InvokedProductionVariant: 'x-amzn-invoked-production-variant',
      CustomAttributes: 'x-amzn-sagemaker-custom-attributes',
    }),
    body: blob(result['Body']),
  }),
};

const scheduler = (method: string, path: RegExp, action: string, input: Route['input']): Route => ({
  method,
  path,
  service: 'scheduler',
  action,
  input,
});
const SCHEDULE = /^\/schedules\/([^/]+)$/;
const GROUP = /^\/schedule-groups\/([^/]+)$/;
const named = (request: HttpRequest, [name]: readonly string[]): Members => ({ ...parseJsonObject(request.body), Name: name });
const inGroup = (request: HttpRequest, [name]: readonly string[]): Members =>
  present({ Name: name, GroupName: queryMember(request, 'groupName'), ClientToken: queryMember(request, 'clientToken') });
const page = (request: HttpRequest): Members =>
  present({
    GroupName: queryMember(request, 'ScheduleGroup'),
    NamePrefix: queryMember(request, 'NamePrefix'),
    State: queryMember(request, 'State'),
    NextToken: queryMember(request, 'NextToken'),
    MaxResults: queryNumber(request, 'MaxResults'),
  });

const ROUTES: readonly Route[] = [
  invokeFunction,
  invokeEndpoint,
  scheduler('POST', SCHEDULE, 'CreateSchedule', named),
  scheduler('PUT', SCHEDULE, 'UpdateSchedule', named),
  scheduler('GET', SCHEDULE, 'GetSchedule', inGroup),
  scheduler('DELETE', SCHEDULE, 'DeleteSchedule', inGroup),
  scheduler('GET', /^\/schedules$/, 'ListSchedules', page),
  scheduler('POST', GROUP, 'CreateScheduleGroup', named),
  scheduler('GET', GROUP, 'GetScheduleGroup', inGroup),
  scheduler('DELETE', GROUP, 'DeleteScheduleGroup', inGroup),
  scheduler('GET', /^\/schedule-groups$/, 'ListScheduleGroups', page),
];

const findRoute = (request: HttpRequest): { readonly route: Route; readonly names: readonly string[] } | undefined => {
  for (const route of ROUTES) {
    const match = route.method === request.method ? route.path.exec(request.path) : null;
    if (match) return { route, names: match.slice(1).map((name) => decodeURIComponent(name)) };
  }
  return undefined;
};

/** Decodes REST-JSON requests of one service, as the credential scope names it. */
export const restJson = (signedFor: string): Codec => ({
  decode: (request): Decoded => {
    const found = findRoute(request);
    if (!found) return { service: signedFor, action: `${request.method} ${request.path}`, input: {} };
    const { service, action, input } = found.route;
    return { service, action, input: input(request, found.names) };
  },
  encode: (decoded, result, requestId) => {
    const route = ROUTES.find(({ service, action }) => service === decoded.service && action === decoded.action);
    const reply = route?.reply?.(result) ?? {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(result),
    };
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId } };
  },
  encodeError: (error, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    // SageMaker's runtime and Lambda read `Message`, the others `message`.
    body: JSON.stringify({ message: error.message, Message: error.message, ...error.members }),
  }),
  unknownKey: new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403),
  missingKey: new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403),
  wrongSignature: doesNotMatch('InvalidSignatureException'),
  otherRegion,
});

const headersOf = (result: Members, names: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([member, name]) =>
      result[member] === undefined ? [] : [[name, String(result[member] as string | number)]],
    ),
  );

const blob = (value: unknown): string | Uint8Array => (value instanceof Uint8Array || typeof value === 'string' ? value : '');
