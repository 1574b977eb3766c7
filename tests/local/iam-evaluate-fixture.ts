import { decide } from '../../local/iam/decide.ts';
import { parsePolicy } from '../../local/iam/policy-document.ts';
import { contextOf } from '../../local/iam/request-context.ts';
import type { Keys } from '../../local/iam/request-context.ts';
import type { Principal } from '../../local/iam/request.ts';

export const accountId = '000000000000';

export const role = {
  kind: 'role',
  arn: `arn:aws:iam::${accountId}:role/app/worker`,
  sessionArn: `arn:aws:sts::${accountId}:assumed-role/worker/session`,
  accountId,
} as const;

export const service: Principal = { kind: 'service', service: 'events.amazonaws.com' };
export const queue = 'arn:aws:sqs:eu-west-1:000000000000:tickets';

export interface Asked {
  readonly identity?: readonly object[];
  readonly resource?: readonly object[];
  readonly needed?: 'either' | 'resource';
  readonly principal?: Principal;
  readonly action?: string;
  readonly on?: string;
  readonly keys?: Keys;
  readonly version?: string;
}

export const ask = (asked: Asked) => {
  const { identity = [], resource = [], needed = 'either', principal = role, version = '2012-10-17' } = asked;
  const parse = (statements: readonly object[], kind: 'identity' | 'resource') =>
    statements.length === 0 ? [] : parsePolicy({ Version: version, Statement: statements }, kind, 'app/Policy');
  return decide(
    { principal, action: asked.action ?? 'sqs:SendMessage', resource: asked.on ?? queue, context: contextOf(asked.keys ?? {}) },
    { identity: parse(identity, 'identity'), resource: parse(resource, 'resource'), needed },
  );
};

export const answer = (asked: Asked): string => {
  const decision = ask(asked);
  return decision.kind === 'denied' ? `${decision.reason} deny` : 'allowed';
};

export const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue };
export const allowRole = { ...allow, Principal: { AWS: role.arn } };
