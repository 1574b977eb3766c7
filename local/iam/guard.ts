import type { Clock } from '../clock.ts';
import type { Around } from '../gateway/dispatcher.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { ApiCall, Caller } from '../service.ts';
import { accessDenied } from './access-denied.ts';
import type { MappingPlace, Requirement } from './action-mapping.ts';
import { requirementsOf } from './action-table.ts';
import { listingOf } from './actions/s3.ts';
import { principalOf } from './caller-principal.ts';
import { decide } from './decide.ts';
import type { Decision, Policies } from './decide.ts';
import type { Encryption } from './encryption.ts';
import { parsePolicy } from './policy-document.ts';
import type { Statement } from './policy-document.ts';
import type { PolicyStore } from './policy-store.ts';
import { contextOf } from './request-context.ts';
import type { Keys } from './request-context.ts';
import type { AuthorizationRequest, Principal } from './request.ts';
import type { StatementLog } from './statement-log.ts';

/** Decides about every call before it reaches its service. */
export interface Guard {
  /** @throws AwsError access denied; UnsupportedError for what cannot be decided */
  check(call: ApiCall): void;
  /** @throws AwsError if the caller's role does not let the service take it on that does */
  checkTrust(caller: Caller): void;
  /** What a caller gets to see of a failed call: who may not list a bucket is not told that an object is missing. */
  failureOf(call: ApiCall, error: unknown): unknown;
}

interface GuardOptions extends MappingPlace {
  readonly clock: Clock;
  readonly encryption: Encryption;
  readonly log: StatementLog;
  readonly policiesOf: (request: AuthorizationRequest) => Policies;
  /** Is told of every request that was decided. */
  readonly decided?: ((request: AuthorizationRequest, outcome: Decision['kind']) => void) | undefined;
}

/** People are administrators here: what is tested are the stacks. */
const administrator = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'identity', 'administrator');

/** Which policies have a say about a request. */
export const policiesIn =
  (policies: PolicyStore, place: MappingPlace) =>
  ({ principal, action, resource }: AuthorizationRequest): Policies => {
    const isKey = resource.startsWith('arn:aws:kms:');
    const isTrust = action === 'sts:AssumeRole';
    return {
      identity: isTrust || principal.kind === 'service' ? [] : identityOf(policies, principal),
      resource: isKey ? keyPolicy(policies, resource, place) : policies.resourcePolicyOf(policyHolder(resource)),
      needed: isKey || isTrust ? 'resource' : 'either',
    };
  };

const identityOf = (policies: PolicyStore, principal: Exclude<Principal, { kind: 'service' }>): readonly Statement[] =>
  principal.kind === 'user' ? administrator : policies.identityOf(principal.arn);

export const createGuard = ({ clock, region, accountId, policiesOf, decided, encryption, log }: GuardOptions): Guard => {
  const place = { region, accountId };
  const assumed = new Set<string>();

  const globalKeys = (caller: Caller, principal: Principal): Keys => {
    const isService = principal.kind === 'service';
    return {
      'aws:CurrentTime': new Date(clock.now()).toISOString(),
      'aws:EpochTime': Math.floor(clock.now() / 1000),
      'aws:PrincipalAccount': isService ? undefined : accountId,
      'aws:PrincipalArn': isService ? undefined : principal.arn,
      'aws:PrincipalIsAWSService': isService,
      'aws:PrincipalServiceName': isService ? principal.service : undefined,
      'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : principal.kind === 'user' ? 'User' : undefined,
      'aws:RequestedRegion': region,
      'aws:ResourceAccount': accountId,
      // The gateway on the loopback interface stands for AWS's endpoints, which the stack reaches over TLS.
      'aws:SecureTransport': true,
      'aws:SourceAccount': isService ? accountId : undefined,
      'aws:SourceArn': isService ? caller.sourceArn : undefined,
      'aws:username': principal.kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined,
      'aws:ViaAWSService': false,
    };
  };

  const demand = (call: ApiCall, request: AuthorizationRequest, untold?: string): void => {
    const decision = decide(request, policiesOf(request));
    decided?.(request, decision.kind);
    if (decision.kind === 'allowed') return log.record(decision.by);
    if (decision.reason === 'explicit') log.record(decision.by);
    else if (untold !== undefined) {
      throw new UnsupportedError(`${request.action} by ${call.caller.name}: the local cloud cannot tell ${untold}.`);
    }
    const error = accessDenied(call, request, decision);
    const { action, resource: refused } = request;
    log.refuse({ caller: call.caller.name, action, resource: refused, message: error.message });
    throw error;
  };

  /** Whoever acts with a role has taken it on before, and the role's trust policy must let him. */
  const checkTrust = (caller: Caller): void => {
    const { principal: roleArn, assumedBy, sourceArn } = caller;
    if (assumedBy === undefined) return;
    const known = `${roleArn} ${assumedBy} ${sourceArn}`;
    if (assumed.has(known)) return;
    const principal: Principal = { kind: 'service', service: assumedBy };
    const context = contextOf(
      // Not every service says what it acts for when it takes on a role; a condition on it is an error then.
      sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': accountId },
      withoutSource(globalKeys(caller, principal)),
    );
    const call = { caller, service: 'sts', action: 'AssumeRole', input: {} };
    demand(call, { principal, action: 'sts:AssumeRole', resource: roleArn, context });
    assumed.add(known);
  };

  const demandAll = (call: ApiCall, requirements: readonly Requirement[]): void => {
    const principal = principalOf(call.caller, accountId);
    if (principal.kind === 'role') checkTrust(call.caller);
    const keys = globalKeys(call.caller, principal);
    for (const { action, resource, keys: own = {}, untold } of requirements) {
      demand(call, { principal, action, resource, context: contextOf(own, keys) }, untold);
    }
  };

  return {
    checkTrust,
    check: (call) => demandAll(call, [...requirementsOf(call, place), ...encryption.requirementsOf(call)]),
    failureOf: (call, error) => {
      const isMissing = error instanceof AwsError && error.status === 404 && call.service === 's3';
      if (!isMissing || (call.action !== 'GetObject' && call.action !== 'HeadObject')) return error;
      try {
        demandAll(call, [listingOf(call.input)]);
        return error;
      } catch (denied) {
        return denied;
      }
    },
  };
};

/** Holds every call to the guard before it goes on to faults and to its service. */
export const guarded =
  (guard: Guard, inner: Around): Around =>
  async (call, proceed) => {
    guard.check(call);
    try {
      return await inner(call, proceed);
    } catch (error) {
      throw guard.failureOf(call, error);
    }
  };

/** The resource that holds the policy about another: a bucket for its objects, a function for its versions. */
const policyHolder = (arn: string): string => {
  if (arn.startsWith('arn:aws:s3:::')) return arn.split('/', 1)[0] ?? arn;
  return arn.startsWith('arn:aws:lambda:') ? arn.split(':').slice(0, 7).join(':') : arn;
};

/** AWS's own keys serve everybody in the account through their one service; no service by itself. */
const keyPolicy = (policies: PolicyStore, arn: string, { region, accountId }: MappingPlace): readonly Statement[] => {
  const service = /:alias\/aws\/(\w+)$/.exec(arn)?.[1];
  if (service === undefined) return policies.resourcePolicyOf(arn);
  const condition = { 'kms:CallerAccount': accountId, 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  const statement = { Effect: 'Allow', Principal: '*', Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' };
  const document = { Statement: [{ ...statement, Condition: { StringEquals: condition } }] };
  return parsePolicy(document, 'resource', `aws/${service}`);
};

const withoutSource = (keys: Keys): Keys =>
  Object.fromEntries(Object.entries(keys).filter(([key]) => key !== 'aws:SourceArn' && key !== 'aws:SourceAccount'));
