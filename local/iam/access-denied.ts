import { AwsError } from '../service.ts';
import type { ApiCall } from '../service.ts';
import type { Decision } from './decide.ts';
import type { PolicyKind } from './policy-document.ts';
import type { AuthorizationRequest, Principal } from './request.ts';

type Denied = Extract<Decision, { readonly kind: 'denied' }>;

/** Protocols over JSON 1.0 and 1.1 answer 400, the others 403. */
const codes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  s3: ['AccessDenied', 403],
  sns: ['AuthorizationError', 403],
  lambda: ['AccessDeniedException', 403],
  scheduler: ['AccessDeniedException', 403],
};

/**
 * The refusal of a call as AWS words it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export const accessDenied = (call: ApiCall, request: AuthorizationRequest, denied: Denied): AwsError => {
  const isEndpoint = call.service === 'sagemaker' && call.action === 'InvokeEndpoint';
  const [code, status] = codes[call.service] ?? ['AccessDeniedException', isEndpoint ? 403 : 400];
  // S3 alone puts the ARN in quotation marks.
  const resource = call.service === 's3' ? `"${request.resource}"` : request.resource;
  const what = `User: ${nameOf(request.principal)} is not authorized to perform: ${request.action} on resource: ${resource}`;
  return new AwsError(code, `${what} ${reasonOf(request, denied)}`, status);
};

export const nameOf = (principal: Principal): string => {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? principal.sessionArn : principal.arn;
};

const reasonOf = (request: AuthorizationRequest, denied: Denied): string => {
  if (denied.reason === 'explicit') return `with an explicit deny in ${policyOf(denied.by[0]?.statement.kind ?? 'identity')}`;
  // A service has no policies of its own, and a role's trust policy alone says who takes it on.
  const isResources = request.principal.kind === 'service' || request.action === 'sts:AssumeRole';
  const kind = isResources ? 'resource' : 'identity';
  return `because no ${kind}-based policy allows the ${request.action} action`;
};

const policyOf = (kind: PolicyKind): string => (kind === 'identity' ? 'an identity-based policy' : 'a resource-based policy');
