import { describe, expect, test } from 'vitest';
import type { Keys } from '../../local/iam/request-context.ts';
import { ask, answer, allow, allowRole } from './iam-evaluate-fixture.ts';

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
