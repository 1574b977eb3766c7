import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountId, role, service, queue, type Asked, ask, answer, allow, allowRole } from './iam-evaluate-fixture.ts';

const statementArbitrary = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('sqs:SendMessage', 'sqs:*', 's3:GetObject', '*'),
  Resource: fc.constantFrom(queue, '*', 'arn:aws:s3:::b/*'),
});

const policyArbitrary = fc.array(statementArbitrary, { maxLength: 5 });

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
