import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { redact } from '../../core/event/redact.ts';
import { withPart } from '../../scripts/generated-part.ts';
import { describePermissions } from '../../scripts/permissions/describe-permissions.ts';
import type { Template } from '../../scripts/permissions/template.ts';
import { at, listAt, resourcesOf, templatesOf } from '../lib/synthesized.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8');
const { stateful, journey } = templatesOf('prod');
const templates = [stateful, journey].map((template): Template => JSON.parse(JSON.stringify(template.toJSON())));

/** Cells of the rows of the table below a heading. */
const rowsBelow = (heading: string): readonly (readonly string[])[] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') || line.startsWith('|---'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

describe('the permissions on the page', () => {
  test('are those of the synthesized templates; `node scripts/write-docs.ts` writes them', () => {
    expect(page).toBe(withPart(page, 'permissions', describePermissions(templates)));
  });

  test('name every action of every policy', () => {
    const actions = templates.flatMap(({ Resources }) =>
      Object.values(Resources)
        .filter(({ Type }) => Type === 'AWS::IAM::Policy')
        .flatMap((policy) => listAt(policy, 'Properties', 'PolicyDocument', 'Statement'))
        .flatMap((statement) => listAt(statement, 'Action').map(String)),
    );
    expect(actions.length).toBeGreaterThan(100);
    for (const action of new Set(actions)) expect(page).toContain(`\`${action}\``);
  });

  test.for([
    ['a resource type without a word for it', { 'Fn::GetAtt': ['Door', 'Arn'] }, 'Door (My::Door)'],
    ['an intrinsic function that is not known', { 'Fn::Base64': 'x' }, 'Fn::Base64'],
  ] as const)('%s is an error, not a gap', ([, Resource, said]) => {
    const policy = { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'x:Y', Resource }] }, Roles: [{ Ref: 'Role' }] };
    const strange: Template = {
      Resources: {
        Door: { Type: 'My::Door' },
        Role: { Type: 'AWS::IAM::Role', Properties: { Description: 'Role of x' } },
        Policy: { Type: 'AWS::IAM::Policy', Properties: policy },
      },
    };
    expect(() => describePermissions([strange])).toThrow(said);
  });

  test('a role with a managed policy is an error, not a gap', () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } };
    expect(() => describePermissions([{ Resources: { Role: role } }])).toThrow('managed policies');
  });
});

describe('what the page says of the stacks', () => {
  test('every bucket, queue and topic denies what does not come over TLS', () => {
    const policies = [
      ...resourcesOf(stateful, 'AWS::S3::BucketPolicy'),
      ...resourcesOf(journey, 'AWS::SQS::QueuePolicy'),
      ...resourcesOf(journey, 'AWS::SNS::TopicPolicy'),
    ];
    const guarded = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap((type) =>
      [stateful, journey].flatMap((template) => resourcesOf(template, type)),
    );
    expect(policies).toHaveLength(guarded.length);
    for (const { properties } of policies) {
      const denied = listAt(properties, 'PolicyDocument', 'Statement').filter((one) => at(one, 'Effect') === 'Deny');
      expect(denied.map((one) => at(one, 'Condition', 'Bool', 'aws:SecureTransport'))).toEqual(['false']);
    }
  });

  test('days of retention are those of the stacks', () => {
    const days = new Map(rowsBelow('How long it stays').map(([what = '', shown = '']) => [what, shown]));
    const of = (beginning: string): string => [...days].find(([what]) => what.startsWith(beginning))?.[1] ?? '';
    const retention = (dead: boolean): unknown[] =>
      resourcesOf(journey, 'AWS::SQS::Queue')
        .filter(({ properties }) => (at(properties, 'RedrivePolicy') === undefined) === dead)
        .map(({ properties }) => Number(at(properties, 'MessageRetentionPeriod')) / 86_400);
    expect(new Set(retention(false))).toEqual(new Set([Number(of('messages in queues'))]));
    expect(new Set(retention(true))).toEqual(new Set([Number(of('dead letters'))]));
    const [, data] = resourcesOf(stateful, 'AWS::S3::Bucket');
    const expires = (prefix: string): unknown =>
      listAt(data, 'properties', 'LifecycleConfiguration', 'Rules')
        .filter((rule) => at(rule, 'Prefix') === prefix)
        .map((rule) => at(rule, 'ExpirationInDays'))[0];
    expect(of('`snapshots/`')).toBe(String(expires('snapshots/')));
    expect(of('tickets, decisions')).toMatch(new RegExp(`^${Number(expires('texts/'))} `));
    expect([expires('events/'), expires('models/'), of('the event log')]).toEqual([undefined, undefined, '**for good**']);
    const logs = resourcesOf(journey, 'AWS::Logs::LogGroup').map(({ properties }) => at(properties, 'RetentionInDays'));
    expect(new Set(logs)).toEqual(new Set([90]));
    expect(of('logs of functions')).toBe('7 (dev), 90 (prod)');
  });

  test('training runs without network', () => {
    const [machine] = resourcesOf(journey, 'AWS::StepFunctions::StateMachine');
    expect(JSON.stringify(machine?.properties).match(/EnableNetworkIsolation[^,}]*true/g)).toHaveLength(2);
  });

  test('no function can change a role', () => {
    const iam = templates.flatMap(({ Resources }) => JSON.stringify(Resources).match(/"iam:\w+"(?!:)/g) ?? []);
    expect(new Set(iam)).toEqual(new Set(['"iam:PassRole"']));
  });

  test.for(['[email]', '[phone]', '[card]', '[account]', '[secret]'])('%s is what a text is replaced with', (placeholder) => {
    const text =
      'jo@example.com, +44 7700 900123, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, password: hunter2; Jo Smith, 12 High Street';
    expect(page).toContain(`\`${placeholder}\``);
    expect(redact(text)).toContain(placeholder);
    expect(redact(text)).toContain('Jo Smith, 12 High Street');
  });
});
