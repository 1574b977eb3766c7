import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../local/iam/decide.ts';
import { parsePolicy } from '../../local/iam/policy-document.ts';
import { contextOf } from '../../local/iam/request-context.ts';
import type { Keys } from '../../local/iam/request-context.ts';
import type { Principal } from '../../local/iam/request.ts';

const accountId = '000000000000';
const role: Principal = {
  kind: 'role',
  arn: `arn:aws:iam::${accountId}:role/app/worker`,
  sessionArn: `arn:aws:sts::${accountId}:assumed-role/worker/session`,
  accountId,
};
const service: Principal = { kind: 'service', service: 'events.amazonaws.com' };
const queue = 'arn:aws:sqs:eu-west-1:000000000000:tickets';

interface Asked {
  readonly identity?: readonly object[];
  readonly resource?: readonly object[];
  readonly needed?: 'either' | 'resource';
  readonly principal?: Principal;
  readonly action?: string;
  readonly on?: string;
  readonly keys?: Keys;
  readonly version?: string;
}

const ask = (asked: Asked) => {
  const { identity = [], resource = [], needed = 'either', principal = role, version = '2012-10-17' } = asked;
  const parse = (statements: readonly object[], kind: 'identity' | 'resource') =>
    statements.length === 0 ? [] : parsePolicy({ Version: version, Statement: statements }, kind, 'app/Policy');
  return decide(
    { principal, action: asked.action ?? 'sqs:SendMessage', resource: asked.on ?? queue, context: contextOf(asked.keys ?? {}) },
    { identity: parse(identity, 'identity'), resource: parse(resource, 'resource'), needed },
  );
};
const answer = (asked: Asked): string => {
  const decision = ask(asked);
  return decision.kind === 'denied' ? `${decision.reason} deny` : 'allowed';
};

const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue };
const allowRole = { ...allow, Principal: { AWS: role.arn } };

describe('within one account', () => {
  test.for<readonly [string, Asked, string]>([
    ['nothing says anything', {}, 'implicit deny'],
    ['the identity policy allows', { identity: [allow] }, 'allowed'],
    ['the resource policy allows the role', { resource: [allowRole] }, 'allowed'],
    ['the resource policy allows the session', { resource: [{ ...allow, Principal: { AWS: role.sessionArn } }] }, 'allowed'],
    ['the resource policy allows everybody', { resource: [{ ...allow, Principal: '*' }] }, 'allowed'],
    ['the resource policy allows the account only', { resource: [{ ...allow, Principal: { AWS: accountId } }] }, 'implicit deny'],
    [
      'the resource policy allows a service',
      { resource: [{ ...allow, Principal: { Service: 'events.amazonaws.com' } }], principal: service },
      'allowed',
    ],
    [
      'the resource policy allows another service',
      { resource: [{ ...allow, Principal: { Service: 'sns.amazonaws.com' } }], principal: service },
      'implicit deny',
    ],
    [
      'an explicit deny of the resource meets an allow',
      { identity: [allow], resource: [{ ...allow, Effect: 'Deny', Principal: '*' }] },
      'explicit deny',
    ],
    [
      'a deny of everybody but the role',
      { identity: [allow], resource: [{ ...allow, Effect: 'Deny', NotPrincipal: { AWS: role.arn } }] },
      'allowed',
    ],
    [
      'a deny of everybody but another',
      { identity: [allow], resource: [{ ...allow, Effect: 'Deny', NotPrincipal: { AWS: `${role.arn}2` } }] },
      'explicit deny',
    ],
    ['another action', { identity: [allow], action: 'sqs:ReceiveMessage' }, 'implicit deny'],
    ['another resource', { identity: [allow], on: `${queue}-2` }, 'implicit deny'],
    ['actions are written in another case', { identity: [{ ...allow, Action: 'SQS:sendmessage' }] }, 'allowed'],
    ['resources are written in another case', { identity: [{ ...allow, Resource: queue.toUpperCase() }] }, 'implicit deny'],
    ['all actions but another', { identity: [{ Effect: 'Allow', NotAction: 'sqs:Receive*', Resource: '*' }] }, 'allowed'],
    ['all actions but this', { identity: [{ Effect: 'Allow', NotAction: 'sqs:Send*', Resource: '*' }] }, 'implicit deny'],
    ['all resources but this', { identity: [{ Effect: 'Allow', Action: '*', NotResource: queue }] }, 'implicit deny'],
    ['a wildcard reaches over slashes and colons', { identity: [{ ...allow, Resource: 'arn:aws:sqs:*' }] }, 'allowed'],
    ['a question mark is one character', { identity: [{ ...allow, Resource: queue.replace('tickets', 'ticket?') }] }, 'allowed'],
    [
      'a question mark is not two characters',
      { identity: [{ ...allow, Resource: queue.replace('tickets', 'ticke?') }] },
      'implicit deny',
    ],
  ])('%s', ([, asked, expected]) => {
    expect(answer(asked)).toBe(expected);
  });
});

describe('where the resource has to agree', () => {
  const root = { ...allow, Principal: { AWS: `arn:aws:iam::${accountId}:root` } };
  test.for<readonly [string, Asked, string]>([
    ['an identity policy alone is not enough', { identity: [allow] }, 'implicit deny'],
    ['leaving it to the account alone is not enough', { resource: [root] }, 'implicit deny'],
    ['both together are', { identity: [allow], resource: [root] }, 'allowed'],
    ['naming the role is', { resource: [allowRole] }, 'allowed'],
  ])('%s', ([, asked, expected]) => {
    expect(answer({ ...asked, needed: 'resource' })).toBe(expected);
  });

  test('each of the two that are needed decides', () => {
    const decision = ask({ identity: [allow], resource: [root], needed: 'resource' });
    expect(decision).toMatchObject({ kind: 'allowed', by: [{ decisive: true }, { decisive: true }] });
  });
});

describe('conditions', () => {
  const key = 'kms:ViaService';
  const under = (Condition: object, keys: Keys): string => answer({ identity: [{ ...allow, Condition }], keys });

  test.for<readonly [string, object, Keys, string]>([
    ['StringEquals holds', { StringEquals: { [key]: ['a', 'b'] } }, { [key]: 'b' }, 'allowed'],
    ['StringEquals takes wildcards as they are', { StringEquals: { [key]: '*' } }, { [key]: 'b' }, 'implicit deny'],
    ['StringEquals needs the key', { StringEquals: { [key]: 'a' } }, { [key]: undefined }, 'implicit deny'],
    ['…IfExists does not', { StringEqualsIfExists: { [key]: 'a' } }, { [key]: undefined }, 'allowed'],
    ['…IfExists holds the key to it if there', { StringEqualsIfExists: { [key]: 'a' } }, { [key]: 'b' }, 'implicit deny'],
    ['StringNotEquals holds without the key', { StringNotEquals: { [key]: 'a' } }, { [key]: undefined }, 'allowed'],
    ['StringNotEquals is for none of the values', { StringNotEquals: { [key]: ['a', 'b'] } }, { [key]: 'b' }, 'implicit deny'],
    ['StringLike', { StringLike: { [key]: 'events/*' } }, { [key]: 'events/2026' }, 'allowed'],
    ['StringNotLike', { StringNotLike: { [key]: 'events/*' } }, { [key]: 'events/2026' }, 'implicit deny'],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { [key]: 'ABC' } }, { [key]: 'abc' }, 'allowed'],
    ['names of keys in any case', { StringEquals: { [key.toUpperCase()]: 'a' } }, { [key]: 'a' }, 'allowed'],
    ['ArnLike', { ArnLike: { [key]: 'arn:aws:events:*:*:rule/*' } }, { [key]: 'arn:aws:events:eu-west-1:1:rule/a/b' }, 'allowed'],
    [
      'ArnEquals takes wildcards too',
      { ArnEquals: { [key]: 'arn:aws:events:*:*:rule/*' } },
      { [key]: 'arn:aws:events:eu:1:rule/a' },
      'allowed',
    ],
    [
      'ArnLike does not reach over a colon',
      { ArnLike: { [key]: 'arn:aws:events:*:rule/*:x' } },
      { [key]: 'arn:aws:events:eu:1:rule/a:x' },
      'implicit deny',
    ],
    ['ArnNotLike', { ArnNotLike: { [key]: 'arn:aws:events:*:*:rule/*' } }, { [key]: 'arn:aws:sns:eu:1:topic' }, 'allowed'],
    ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': true }, 'implicit deny'],
    ['Null true holds without the key', { Null: { [key]: 'true' } }, { [key]: undefined }, 'allowed'],
    ['Null false holds with the key', { Null: { [key]: false } }, { [key]: 'a' }, 'allowed'],
    ['NumericLessThan', { NumericLessThan: { 's3:max-keys': '10' } }, { 's3:max-keys': 9 }, 'allowed'],
    ['NumericGreaterThanEquals', { NumericGreaterThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': 9 }, 'implicit deny'],
    [
      'DateLessThan',
      { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2025-12-31T23:59:59Z' },
      'allowed',
    ],
    ['DateGreaterThan of seconds', { DateGreaterThan: { 'aws:EpochTime': '1000' } }, { 'aws:EpochTime': 1001 }, 'allowed'],
    ['IpAddress', { IpAddress: { [key]: '10.0.0.0/8' } }, { [key]: '10.1.2.3' }, 'allowed'],
    ['NotIpAddress', { NotIpAddress: { [key]: ['10.0.0.0/8', '2001:db8::/32'] } }, { [key]: '2001:db8::1' }, 'implicit deny'],
    ['ForAllValues', { 'ForAllValues:StringEquals': { [key]: ['a', 'b'] } }, { [key]: ['a', 'c'] }, 'implicit deny'],
    ['ForAllValues of none', { 'ForAllValues:StringEquals': { [key]: ['a'] } }, { [key]: [] }, 'allowed'],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { [key]: ['a', 'b'] } }, { [key]: ['c', 'a'] }, 'allowed'],
    ['ForAnyValue of none', { 'ForAnyValue:StringEquals': { [key]: ['a'] } }, { [key]: [] }, 'implicit deny'],
    [
      'all operators and keys must hold',
      { StringEquals: { [key]: 'a', 's3:prefix': 'x' } },
      { [key]: 'a', 's3:prefix': 'y' },
      'implicit deny',
    ],
    [
      'a policy variable',
      { StringEquals: { [key]: 'for-${aws:username}' } },
      { [key]: 'for-ann', 'aws:username': 'ann' },
      'allowed',
    ],
    [
      'a policy variable without value',
      { StringEquals: { [key]: 'for-${aws:username}' } },
      { [key]: 'for-', 'aws:username': undefined },
      'implicit deny',
    ],
    [
      'a policy variable with default',
      { StringEquals: { [key]: "for-${aws:username, 'all'}" } },
      { [key]: 'for-all', 'aws:username': undefined },
      'allowed',
    ],
    [
      'a variable’s value is no wildcard',
      { StringLike: { [key]: '${aws:username}x' } },
      { [key]: 'abcx', 'aws:username': '*' },
      'implicit deny',
    ],
    ['an escaped wildcard is text', { StringLike: { [key]: 'a${*}' } }, { [key]: 'ab' }, 'implicit deny'],
  ])('%s', ([, condition, keys, expected]) => {
    expect(under(condition, keys)).toBe(expected);
  });

  test('in the old version of the language, variables are text', () => {
    const statement = { ...allow, Resource: 'arn:aws:sqs:::${aws:username}' };
    const asked = { identity: [statement], version: '2008-10-17', keys: { 'aws:username': 'ann' } };
    expect(answer({ ...asked, on: 'arn:aws:sqs:::ann' })).toBe('implicit deny');
    expect(answer({ ...asked, on: 'arn:aws:sqs:::${aws:username}' })).toBe('allowed');
  });
});

describe('what cannot be evaluated is refused by name, and never passes', () => {
  test.for<readonly [string, object, RegExp]>([
    [
      'an operator',
      { ...allow, Condition: { StringSounds: { 'kms:ViaService': 'a' } } },
      /app\/Policy, statement 0: .*the condition operator StringSounds/,
    ],
    [
      'a set operator',
      { ...allow, Condition: { 'ForMost:StringEquals': { 'kms:ViaService': 'a' } } },
      /operator ForMost:StringEquals/,
    ],
    ['a key', { ...allow, Condition: { StringEquals: { 'aws:SourceVpc': 'v' } } }, /the condition key aws:SourceVpc/],
    ['a tag', { ...allow, Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } }, /aws:ResourceTag\/team/],
    [
      'a value',
      { ...allow, Condition: { NumericLessThan: { 's3:max-keys': 'many' } } },
      /NumericLessThan of s3:max-keys with the value "many"/,
    ],
    ['an ARN that is none', { ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'queue' } } }, /ArnLike of aws:SourceArn/],
    ['an element', { ...allow, Actions: [] }, /the element Actions/],
    ['an effect', { ...allow, Effect: 'Perhaps' }, /the effect "Perhaps"/],
    ['an action', { ...allow, Action: 'send' }, /the action send/],
    ['no action', { Effect: 'Allow', Resource: '*' }, /exactly one of Action and NotAction/],
    ['no resource', { Effect: 'Allow', Action: '*' }, /exactly one of Resource and NotResource/],
    ['a principal in an identity policy', allowRole, /a principal in an identity policy/],
    ['a variable of no form', { ...allow, Resource: '${a b}' }, /the policy variable \$\{a b\}/],
  ])('%s', ([, statement, message]) => {
    expect(() => ask({ identity: [statement] })).toThrow(message);
  });

  test.for<readonly [string, object, RegExp]>([
    ['a federated principal', { Federated: 'accounts.google.com' }, /the principal Federated/],
    ['a principal with a wildcard', { AWS: 'arn:aws:iam::000000000000:role/*' }, /the principal AWS/],
  ])('%s', ([, Principal, message]) => {
    expect(() => ask({ resource: [{ ...allow, Principal }] })).toThrow(message);
  });

  test('a key that this request does not tell', () => {
    const identity = [{ ...allow, Condition: { StringEquals: { 's3:prefix': 'a' } } }];
    expect(() => answer({ identity })).toThrow(/condition key s3:prefix for this request/);
    expect(() => answer({ identity: [{ ...allow, Condition: { StringEqualsIfExists: { 's3:prefix': 'a' } } }] })).toThrow(
      /s3:prefix/,
    );
    expect(() => answer({ identity: [{ ...allow, Resource: '${s3:prefix}' }] })).toThrow(
      /variable \$\{s3:prefix\} for this request/,
    );
  });

  test('a key of several values without a set operator', () => {
    const identity = [{ ...allow, Condition: { StringEquals: { 'kms:ViaService': 'a' } } }];
    expect(() => answer({ identity, keys: { 'kms:ViaService': ['a', 'b'] } })).toThrow(/several values, without a set operator/);
  });
});

const statementArbitrary = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('sqs:SendMessage', 'sqs:*', 's3:GetObject', '*'),
  Resource: fc.constantFrom(queue, '*', 'arn:aws:s3:::b/*'),
});
const policyArbitrary = fc.array(statementArbitrary, { maxLength: 5 });

describe('for any policies', () => {
  const principal = { Principal: { AWS: role.arn } };
  const ofResource = (statements: readonly object[]): readonly object[] => statements.map((one) => ({ ...one, ...principal }));

  test('a deny of everything wins, wherever it stands', () => {
    fc.assert(
      fc.property(policyArbitrary, policyArbitrary, fc.boolean(), (identity, resource, inIdentity) => {
        const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
        const asked = inIdentity
          ? { identity: [...identity, deny], resource: ofResource(resource) }
          : { identity, resource: ofResource([deny, ...resource]) };
        expect(answer(asked)).toBe('explicit deny');
      }),
    );
  });

  test('the order of statements does not matter', () => {
    fc.assert(
      fc.property(policyArbitrary, (identity) => {
        expect(answer({ identity: identity.toReversed() })).toBe(answer({ identity }));
      }),
    );
  });

  test('another allow never takes anything away, another deny never gives anything', () => {
    fc.assert(
      fc.property(policyArbitrary, statementArbitrary, (identity, one) => {
        const [before, after] = [answer({ identity }), answer({ identity: [...identity, one] })];
        const [less, more] = one.Effect === 'Allow' ? [before, after] : [after, before];
        expect(less !== 'allowed' || more === 'allowed').toBe(true);
      }),
    );
  });

  test('a decisive statement, taken out, turns the decision', () => {
    fc.assert(
      fc.property(
        policyArbitrary,
        policyArbitrary,
        fc.constantFrom('either' as const, 'resource' as const),
        (identity, own, needed) => {
          const resource = ofResource(own);
          const decision = ask({ identity, resource, needed });
          if (decision.kind === 'denied' && decision.reason === 'implicit') return;
          for (const { statement, decisive } of decision.by) {
            const without = (statements: readonly object[], kind: string) =>
              statements.filter((_one, index) => statement.kind !== kind || statement.index !== index);
            const left = answer({ identity: without(identity, 'identity'), resource: without(resource, 'resource'), needed });
            const same = decision.kind === 'allowed' ? left === 'allowed' : left === 'explicit deny';
            expect(same).toBe(!decisive);
          }
        },
      ),
    );
  });

  test('a text without wildcards matches itself alone, and a star matches everything', () => {
    const text = fc.string({ maxLength: 12 }).filter((value) => !/[*?$]/.test(value));
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(answer({ identity: [{ ...allow, Resource: one }], on: other })).toBe(one === other ? 'allowed' : 'implicit deny');
        expect(answer({ identity: [{ ...allow, Resource: `${one}*` }], on: one + other })).toBe('allowed');
        expect(answer({ identity: [{ ...allow, Resource: '*' }], on: other })).toBe('allowed');
      }),
    );
  });
});
