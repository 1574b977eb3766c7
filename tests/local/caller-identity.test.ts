import { expect, test } from 'vitest';
import { createSecurityTokenService } from '../../local/gateway/security-token.ts';

const identityOf = (name: string, principal: string) =>
  createSecurityTokenService('000000000000').call({
    caller: { name, principal },
    service: 'sts',
    action: 'GetCallerIdentity',
    input: {},
  });

test('who acts with a role is a session of it; the path of the role is not in its ARN', async () => {
  expect(await identityOf('RouteTickets', 'arn:aws:iam::000000000000:role/service/path/app-Role')).toEqual({
    Arn: 'arn:aws:sts::000000000000:assumed-role/app-Role/RouteTickets',
    UserId: expect.stringMatching(/^AROA[0-9A-F]{17}:RouteTickets$/),
    Account: '000000000000',
  });
});

test('a session’s name has only the letters that AWS takes', async () => {
  const { Arn } = await identityOf('stack/Fn', 'arn:aws:iam::000000000000:role/app-Role');
  expect(Arn).toBe('arn:aws:sts::000000000000:assumed-role/app-Role/stack-Fn');
});

test('a person is a user', async () => {
  expect(await identityOf('operator', 'arn:aws:iam::000000000000:user/operator')).toMatchObject({
    Arn: 'arn:aws:iam::000000000000:user/operator',
    UserId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
  });
});
