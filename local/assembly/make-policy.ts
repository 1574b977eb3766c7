import type { Iam } from '../iam/iam.ts';
import { keyNamedIn } from '../iam/encryption.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import { lambdaLimits } from '../lambda/limits.ts';
import { refuseBeyond } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import type { Callers } from './callers.ts';
import type { MadeResource, ResourceToMake } from './deploy.ts';
import { inertResource } from './inert-resource.ts';
import { isObject, listOf, objectOf, optionalText, textOf } from './json.ts';
import type { JsonObject } from './json.ts';
import { knownProperties } from './property-support.ts';
import type { PropertySupport } from './property-support.ts';
import type { Place } from './stack-scope.ts';

const onlyActedOn = (...actedOn: readonly string[]): PropertySupport => ({ actedOn, inert: {} });

const description = { Description: 'a description' };
const tags = { Tags: 'tags are for people and bills' };

/** What is known of the resources that this file makes. */
export const policyProperties = {
  'AWS::IAM::Role': {
    actedOn: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Path', 'Policies', 'RoleName'],
    inert: { ...description, ...tags, MaxSessionDuration: 'credentials do not expire' },
  },
  'AWS::IAM::Policy': {
    actedOn: ['PolicyDocument', 'Roles'],
    inert: { PolicyName: 'a refusal names the logical id' },
  },
  'AWS::IAM::ManagedPolicy': {
    actedOn: ['ManagedPolicyName', 'PolicyDocument', 'Roles'],
    inert: { ...description, Path: 'it stands in no ARN here' },
  },
  'AWS::SQS::QueuePolicy': onlyActedOn('PolicyDocument', 'Queues'),
  'AWS::SNS::TopicPolicy': onlyActedOn('PolicyDocument', 'Topics'),
  'AWS::S3::BucketPolicy': onlyActedOn('PolicyDocument', 'Bucket'),
  'AWS::Events::EventBusPolicy': onlyActedOn('EventBusName', 'StatementId', 'Statement'),
  'AWS::Lambda::Permission': onlyActedOn('Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'),
  'AWS::KMS::Key': {
    actedOn: ['KeyPolicy'],
    inert: {
      ...description,
      ...tags,
      EnableKeyRotation: 'nothing is encrypted with the key',
      PendingWindowInDays: 'a key goes with its stack',
      RotationPeriodInDays: 'nothing is encrypted with the key',
    },
  },
  'AWS::KMS::Alias': onlyActedOn('AliasName', 'TargetKeyId'),
} as const satisfies Readonly<Record<string, PropertySupport>>;

interface PolicyMakerOptions {
  readonly iam: Iam;
  readonly place: Place;
  readonly callers: Callers;
}

type Make = (resource: ResourceToMake) => MadeResource;

/** Makes roles and keys, and hangs the policies of a stack on what they belong to. */
export const createPolicyMakers = ({ iam, place, callers }: PolicyMakerOptions): Readonly<Record<string, Make>> => {
  const { region, accountId } = place;
  const { policies, encryption } = iam;

  const permissionBytes = new Map<string, number>();

  /** The document holds one more statement; brackets around it count for each. */
  const growPermissions = (functionArn: string, document: JsonObject): void => {
    const bytes = (permissionBytes.get(functionArn) ?? 0) + Buffer.byteLength(JSON.stringify(document));
    refuseBeyond(
      lambdaLimits.policy,
      bytes,
      `The final policy size (${bytes}) is bigger than the limit (${lambdaLimits.policy.most}).`,
    );
    permissionBytes.set(functionArn, bytes);
  };

  const attached = (resource: ResourceToMake, arns: readonly string[]): MadeResource => {
    for (const arn of arns) policies.addResourcePolicy(arn, sourceOf(resource), resource.properties['PolicyDocument']);
    return inertResource(resource, place);
  };

  return {
    'AWS::IAM::Role': (resource) => {
      const { properties } = allowing(resource);
      const made = inertResource(resource, place);
      const source = sourceOf(resource);
      policies.addRole({
        arn: textOf(made.attributes['Arn'], 'Arn'),
        name: made.ref,
        source,
        trust: properties['AssumeRolePolicyDocument'],
        managedPolicyArns: textsOf(properties['ManagedPolicyArns'], `ManagedPolicyArns of ${source}`),
      });
      for (const inline of listOf(properties['Policies'], `Policies of ${source}`)) {
        const { PolicyName, PolicyDocument } = objectOf(inline, `Policies of ${source}`);
        policies.addRolePolicy(made.ref, `${source} policy ${textOf(PolicyName, 'PolicyName')}`, PolicyDocument);
      }
      callers.addRole(textOf(made.attributes['Arn'], 'Arn'), resource.logicalId);
      return made;
    },
    'AWS::IAM::Policy': (resource) => {
      const { properties } = allowing(resource);
      const source = sourceOf(resource);
      const roles = textsOf(properties['Roles'], `Roles of ${source}`);
      for (const role of roles) policies.addRolePolicy(role, source, properties['PolicyDocument']);
      return inertResource(resource, place);
    },
    'AWS::IAM::ManagedPolicy': (resource) => {
      const { properties } = allowing(resource);
      const made = inertResource(resource, place);
      const source = sourceOf(resource);
      policies.addManagedPolicy(made.ref, source, properties['PolicyDocument']);
      for (const role of textsOf(properties['Roles'], `Roles of ${source}`)) policies.attachManagedPolicy(role, made.ref);
      return made;
    },
    'AWS::SQS::QueuePolicy': (resource) => {
      const urls = textsOf(allowing(resource).properties['Queues'], 'Queues');
      return attached(
        resource,
        urls.map((url) => `arn:aws:sqs:${region}:${url.split('/').slice(-2).join(':')}`),
      );
    },
    'AWS::SNS::TopicPolicy': (resource) => attached(resource, textsOf(allowing(resource).properties['Topics'], 'Topics')),
    'AWS::S3::BucketPolicy': (resource) => {
      const bucket = textOf(allowing(resource).properties['Bucket'], 'Bucket');
      return attached(resource, [`arn:aws:s3:::${bucket}`]);
    },
    'AWS::Events::EventBusPolicy': (resource) => {
      const { properties } = allowing(resource);
      const bus = optionalText(properties['EventBusName'], 'EventBusName') ?? 'default';
      const statement = { Sid: properties['StatementId'], ...objectOf(properties['Statement'], 'Statement') };
      const document = { Version: '2012-10-17', Statement: [statement] };
      policies.addResourcePolicy(`arn:aws:events:${region}:${accountId}:event-bus/${bus}`, sourceOf(resource), document);
      return inertResource(resource, place);
    },
    'AWS::Lambda::Permission': (resource) => {
      const { properties } = allowing(resource);
      const arn = functionArn(textOf(properties['FunctionName'], 'FunctionName'), place);
      const policyOf = arn.split(':').slice(0, 7).join(':');
      const document = permissionDocument(properties, arn);
      growPermissions(policyOf, document);
      policies.addResourcePolicy(policyOf, sourceOf(resource), document);
      return inertResource(resource, place);
    },
    'AWS::KMS::Key': (resource) => {
      const made = inertResource(resource, place);
      const arn = textOf(made.attributes['Arn'], 'Arn');
      const { KeyPolicy = defaultKeyPolicy(accountId) } = allowing(resource).properties;
      policies.addResourcePolicy(arn, sourceOf(resource), KeyPolicy);
      encryption.addKey({ arn, id: made.ref });
      return made;
    },
    'AWS::KMS::Alias': (resource) => {
      const made = inertResource(resource, place);
      encryption.addAlias(made.ref, textOf(allowing(resource).properties['TargetKeyId'], 'TargetKeyId'));
      return made;
    },
  };
};

/**
 * Tells IAM of the key that a resource is encrypted with.
 * @throws UnsupportedError where the use of such a key is not checked, so that a missing grant would pass
 */
export const encryptResource = (
  { encryption }: Iam,
  { type, properties, stack, logicalId }: ResourceToMake,
  arn: string,
): void => {
  if (type === 'AWS::SQS::Queue' || type === 'AWS::SNS::Topic' || type === 'AWS::S3::Bucket') {
    const key = keyNamedIn(type, properties);
    if (key !== undefined) encryption.encrypt(arn, key);
  } else if (namesKey(properties)) {
    throw new UnsupportedError(
      `${stack}/${logicalId} (${type}) names a KMS key; the local cloud checks grants on keys for queues, topics and buckets only.`,
    );
  }
};

/** Wherever the property stands: tables have one for each replica. */
const namesKey = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(namesKey);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, member]) => /^(?:KMSMasterKeyId|KmsKeyIdentifier|KmsKeyId)$/.test(name) || namesKey(member),
  );
};

const sourceOf = ({ stack, logicalId }: ResourceToMake): string => `${stack}/${logicalId}`;

/** Users, groups, boundaries and what else is not known would change what is allowed. */
const allowing = (resource: ResourceToMake): ResourceToMake => {
  const support = Object.entries(policyProperties).find(([type]) => type === resource.type)?.[1] ?? onlyActedOn();
  refuseUnknownProperties(resource.type, sourceOf(resource), resource.properties, knownProperties(support));
  return resource;
};

const textsOf = (value: unknown, where: string): readonly string[] => listOf(value, where).map((text) => textOf(text, where));

const functionArn = (name: string, { region, accountId }: Place): string =>
  name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;

const permissionDocument = (properties: JsonObject, functionArn: string): JsonObject => {
  const principal = textOf(properties['Principal'], 'Principal');
  const { SourceArn, SourceAccount } = properties;
  const statement = {
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: properties['Action'],
    Resource: functionArn,
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  };
  return { Version: '2012-10-17', Statement: [statement] };
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const defaultKeyPolicy = (accountId: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*', Resource: '*' }],
});
