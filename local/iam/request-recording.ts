import { decide } from './decide.ts';
import type { Decision, Policies } from './decide.ts';
import { conditionKeys } from './known-keys.ts';
import type { Statement } from './policy-document.ts';
import type { AuthorizationRequest } from './request.ts';

/** A request that was decided, as it was decided then. */
export interface RecordedRequest {
  readonly request: AuthorizationRequest;
  readonly outcome: Decision['kind'];
}

/** A statement, and what would have gone the other way without it. */
export interface StatementWorth {
  readonly statement: Statement;
  /** Requests that nobody would have been refused, or granted, but for it. */
  readonly changed: readonly AuthorizationRequest[];
}

/** Every distinct request since the start, to ask afterwards what each statement is good for. */
export interface RequestRecording {
  readonly requests: () => readonly RecordedRequest[];
  /**
   * Decides about all requests again, as the policies are now, with each of the statements taken out in turn.
   * @param altered what to ask instead of each request, e.g. the same without TLS. @default the request as it was made
   */
  readonly withoutEach: (altered?: (request: AuthorizationRequest) => AuthorizationRequest) => readonly StatementWorth[];
  /** Those that would be decided otherwise today, with nothing taken out: none, once the stacks stand. */
  readonly changedSince: () => readonly AuthorizationRequest[];
}

export interface RequestRecorder extends RequestRecording {
  readonly add: (request: AuthorizationRequest, outcome: Decision['kind']) => void;
}

/** What time it is tells no two requests apart, or each would be one of its own. */
const tellingKeys = conditionKeys.filter((key) => key !== 'aws:CurrentTime' && key !== 'aws:EpochTime');

const identityOf = ({ principal, action, resource, context }: AuthorizationRequest): string =>
  JSON.stringify([principal, action, resource, tellingKeys.map((key) => context(key) ?? null)]);

/**
 * @param policiesOf what has a say about a request
 * @param written the statements of the stacks
 */
export const createRequestRecorder = (
  policiesOf: (request: AuthorizationRequest) => Policies,
  written: () => readonly Statement[],
): RequestRecorder => {
  const recorded = new Map<string, RecordedRequest>();

  const without = (policies: Policies, statement: Statement): Policies => ({
    ...policies,
    identity: policies.identity.filter((one) => one !== statement),
    resource: policies.resource.filter((one) => one !== statement),
  });

  return {
    add: (request, outcome) => {
      const id = identityOf(request);
      if (!recorded.has(id)) recorded.set(id, { request, outcome });
    },
    requests: () => [...recorded.values()],
    withoutEach: (altered = (request) => request) => {
      const asked = Array.from(recorded.values(), ({ request }) => {
        const again = altered(request);
        const policies = policiesOf(again);
        return { request: again, policies, kind: decide(again, policies).kind };
      });
      return written().map((statement) => ({
        statement,
        changed: asked
          .filter(({ policies }) => policies.identity.includes(statement) || policies.resource.includes(statement))
          .filter(({ request, policies, kind }) => decide(request, without(policies, statement)).kind !== kind)
          .map(({ request }) => request),
      }));
    },
    changedSince: () =>
      Array.from(recorded.values())
        .filter(({ request, outcome }) => decide(request, policiesOf(request)).kind !== outcome)
        .map(({ request }) => request),
  };
};

/** The same request over plain HTTP, which AWS takes and only a policy refuses. */
export const withoutTls = (request: AuthorizationRequest): AuthorizationRequest => ({
  ...request,
  context: (key) => (key.toLowerCase() === 'aws:securetransport' ? ['false'] : request.context(key)),
});
