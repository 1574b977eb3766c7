import { createHash } from 'node:crypto';
import type { MadeResource, ResourceToMake } from './deploy.ts';
import type { Place } from './stack-scope.ts';

/** What other resources see of one that no engine makes: its name and ARN. */
export const inertResource = (resource: ResourceToMake, { region, accountId }: Place): MadeResource => {
  const { type, nameFrom, logicalId, stack, properties } = resource;
  const regional = `${region}:${accountId}`;
  const named = (property: string, maxLength: number, arnOf: (name: string) => string): MadeResource => {
    const ref = nameFrom(property, { maxLength });
    return { ref, attributes: { Arn: arnOf(ref) } };
  };
  switch (type) {
    case 'AWS::IAM::Role': {
      const path = typeof properties['Path'] === 'string' ? properties['Path'] : '/';
      const role = named('RoleName', 64, (name) => `arn:aws:iam::${accountId}:role${path}${name}`);
      return {
        ref: role.ref,
        attributes: { ...role.attributes, RoleId: `AROA${hashOf(stack, logicalId).slice(0, 17).toUpperCase()}` },
      };
    }
    case 'AWS::IAM::ManagedPolicy': {
      const arn = `arn:aws:iam::${accountId}:policy/${nameFrom('ManagedPolicyName', { maxLength: 128 })}`;
      return { ref: arn, attributes: { PolicyArn: arn } };
    }
    case 'AWS::KMS::Key': {
      const hash = hashOf(stack, logicalId);
      const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
      return { ref: id, attributes: { Arn: `arn:aws:kms:${regional}:key/${id}`, KeyId: id } };
    }
    case 'AWS::KMS::Alias':
      return { ref: nameFrom('AliasName', { maxLength: 256 }), attributes: {} };
    case 'AWS::Logs::LogGroup':
      return named('LogGroupName', 512, (name) => `arn:aws:logs:${regional}:log-group:${name}:*`);
    case 'AWS::CloudWatch::Alarm':
    case 'AWS::CloudWatch::CompositeAlarm':
      return named('AlarmName', 255, (name) => `arn:aws:cloudwatch:${regional}:alarm:${name}`);
    default:
      return { ref: nameFrom('Name', { maxLength: 255 }), attributes: {} };
  }
};

const hashOf = (stack: string, logicalId: string): string => createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
