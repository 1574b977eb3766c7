import type { RequestContext } from './request-context.ts';

/** Who asks, as policies see it. */
export type Principal =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'user'; readonly arn: string; readonly accountId: string }
  | { readonly kind: 'role'; readonly arn: string; readonly sessionArn: string; readonly accountId: string };

/** One action on one resource that somebody wants to take. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** e.g. `sqs:SendMessage` */
  readonly action: string;
  /** An ARN, or `*` for actions that have none. */
  readonly resource: string;
  readonly context: RequestContext;
}
