import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { readCloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { deployAssembly } from '../../local/assembly/deploy.ts';
import type { Deployment, ResourceToMake } from '../../local/assembly/deploy.ts';
import { physicalName } from '../../local/assembly/physical-name.ts';

type Template = Record<string, unknown>;

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes a cloud assembly of stacks; `after` names the stacks that each depends on. */
const writeAssembly = (stacks: Record<string, { template: Template; after?: string[] }>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  mkdirSync(join(folder, 'asset.abc'));
  const artifacts: Record<string, unknown> = {};
  for (const [name, { template, after = [] }] of Object.entries(stacks)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
    writeFileSync(
      join(folder, `${name}.assets.json`),
      JSON.stringify({
        files: { abc: { source: { path: 'asset.abc', packaging: 'zip' } } },
        dockerImages: { img: { source: { directory: 'asset.abc' } } },
      }),
    );
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/eu-west-1',
      properties: { templateFile: `${name}.template.json` },
      dependencies: [...after, `${name}.assets`],
    };
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '1', artifacts }));
  return folder;
};

const deploy = async (stacks: Parameters<typeof writeAssembly>[0]): Promise<Deployment & { made: ResourceToMake[] }> => {
  const made: ResourceToMake[] = [];
  const deployment = await deployAssembly(
    readCloudAssembly(writeAssembly(stacks)),
    { region: 'eu-west-1', accountId: '000000000000' },
    (resource) => {
      made.push(resource);
      const ref = resource.nameFrom('QueueName', { maxLength: 80 });
      return Promise.resolve({ ref, attributes: { Arn: `arn:${ref}` } });
    },
  );
  return { ...deployment, made };
};

const queue = (properties: Template = {}, rest: Template = {}): Template => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...rest,
});

/** What an expression in an output resolves to, in a stack with a queue `Q` named `q`. */
const valueOf = async (expression: unknown, template: Template = {}): Promise<string | undefined> => {
  const { outputs } = await deploy({
    S: { template: { Resources: { Q: queue({ QueueName: 'q' }) }, Outputs: { Out: { Value: expression } }, ...template } },
  });
  return outputs['S']?.['Out'];
};

describe('intrinsic functions', () => {
  test.each([
    [{ Ref: 'Q' }, 'q'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ 'Fn::GetAtt': ['Q', 'Arn'] }, 'arn:q'],
    [{ 'Fn::GetAtt': 'Q.Arn' }, 'arn:q'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Q' }, 3]] }, 'a-q-3'],
    [{ 'Fn::Join': ['', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'ab'],
    [{ 'Fn::Sub': 'x-${Q}-${Q.Arn}-${AWS::AccountId}-${!kept}' }, 'x-q-arn:q-000000000000-${kept}'],
    [{ 'Fn::Sub': ['${A}-${Q}', { A: { Ref: 'AWS::Partition' } }] }, 'aws-q'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Q', 'Arn'] }] }] }, 'q'],
    [{ 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
    [{ 'Fn::If': ['No', 'a', 'b'] }, 'b'],
    [{ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'k'] }, 'mapped'],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [{ Ref: 'P' }, 'default'],
  ])('%j is %j', async (expression, expected) => {
    const template = {
      Parameters: { P: { Type: 'String', Default: 'default' } },
      Mappings: { M: { 'eu-west-1': { k: 'mapped' } } },
      Conditions: {
        Yes: { 'Fn::And': [{ 'Fn::Equals': [{ Ref: 'P' }, 'default'] }, { 'Fn::Not': [{ Condition: 'No' }] }] },
        No: { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Equals': ['c', 'd'] }] },
      },
    };
    expect(await valueOf(expression, template)).toBe(expected);
  });

  test('one that is not carried out is refused by name', async () => {
    await expect(valueOf({ 'Fn::GetAZs': '' })).rejects.toThrow('Fn::GetAZs');
    await expect(valueOf('{{resolve:secretsmanager:x}}')).rejects.toThrow('{{resolve:secretsmanager:x}}');
  });

  test('a reference to nothing names both ends', async () => {
    await expect(valueOf({ Ref: 'Missing' })).rejects.toThrow('S refers to Missing');
    await expect(valueOf({ 'Fn::GetAtt': ['Q', 'Colour'] })).rejects.toThrow('attribute Colour of Q (AWS::SQS::Queue)');
  });

  test('the Condition of a policy statement is no reference to a condition', async () => {
    const { made } = await deploy({
      S: { template: { Resources: { Q: queue({ Statement: { Condition: { Bool: { 'aws:SecureTransport': 'false' } } } }) } } },
    });
    expect(made[0]?.properties).toEqual({ Statement: { Condition: { Bool: { 'aws:SecureTransport': 'false' } } } });
  });
});

describe('deployment', () => {
  test('a resource is made after all that it refers to or depends on', async () => {
    const { made } = await deploy({
      S: {
        template: {
          Resources: {
            A: queue({ R: { 'Fn::Sub': '${B.Arn}' } }),
            B: queue({}, { DependsOn: 'C' }),
            C: queue({ R: { Ref: 'D' } }),
            D: queue(),
          },
        },
      },
    });
    expect(made.map((resource) => resource.logicalId)).toEqual(['D', 'C', 'B', 'A']);
  });

  test('references that go round are an error that names the circle', async () => {
    const resources = { A: queue({ R: { Ref: 'B' } }), B: queue({ R: { 'Fn::GetAtt': ['A', 'Arn'] } }) };
    await expect(deploy({ S: { template: { Resources: resources } } })).rejects.toThrow('A → B → A');
  });

  test('a stack is deployed after those whose exports it imports', async () => {
    const { outputs, made } = await deploy({
      App: {
        after: ['State'],
        template: {
          Resources: { A: queue({ QueueName: { 'Fn::ImportValue': 'State:Q' } }) },
          Outputs: { O: { Value: { Ref: 'A' } } },
        },
      },
      State: { template: { Resources: { Q: queue() }, Outputs: { E: { Value: { Ref: 'Q' }, Export: { Name: 'State:Q' } } } } },
    });
    expect(made.map((resource) => resource.stack)).toEqual(['State', 'App']);
    expect(outputs['App']?.['O']).toMatch(/^State-Q-[A-Z2-7]{12}$/);
  });

  test('what stands under a false condition is not made', async () => {
    const { made } = await deploy({
      S: {
        template: {
          Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
          Resources: { A: queue({}, { Condition: 'No' }), B: queue() },
          Outputs: { O: { Condition: 'No', Value: { Ref: 'A' } } },
        },
      },
    });
    expect(made.map((resource) => resource.logicalId)).toEqual(['B']);
  });

  test('all unsupported types of the app are named in one error before anything is made', async () => {
    const stacks = {
      A: { template: { Resources: { Q: queue(), V: { Type: 'AWS::EC2::VPC' } } } },
      B: { template: { Resources: { W: { Type: 'AWS::EC2::VPC' }, N: { Type: 'Custom::S3BucketNotifications' } } } },
    };
    await expect(deploy(stacks)).rejects.toThrow(/AWS::EC2::VPC \(A\/V, B\/W\)[^]*Custom::S3BucketNotifications \(B\/N\)/);
  });

  test('the bootstrap version does nothing, any other SSM parameter is refused', async () => {
    const parameter = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' };
    expect(await valueOf('fine', { Parameters: { BootstrapVersion: parameter } })).toBe('fine');
    await expect(valueOf({ Ref: 'P' }, { Parameters: { P: parameter } })).rejects.toThrow('/cdk-bootstrap/x/version');
  });
});

describe('reading the folder', () => {
  test('assets are found by their hash', () => {
    const folder = writeAssembly({ S: { template: {} } });
    const assembly = readCloudAssembly(folder);
    expect(assembly.files.get('abc')).toBe(join(folder, 'asset.abc'));
    expect(assembly.images.get('img')).toBe(join(folder, 'asset.abc'));
    expect(assembly.stacks[0]?.region).toBe('eu-west-1');
  });

  test('a folder without a manifest is an error that says what to run', () => {
    expect(() => readCloudAssembly('/nowhere')).toThrow('run `cdk synth` first');
  });
});

test('a physical name is stable, within its length, and its own for each logical id', () => {
  const words = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);
  fc.assert(
    fc.property(words, words, words, fc.constantFrom(63, 64, 80, 255), (stack, first, second, maxLength) => {
      const name = physicalName(stack, first, { maxLength, lowerCase: true });
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(name.length).toBeLessThanOrEqual(maxLength);
      expect(physicalName(stack, first, { maxLength, lowerCase: true })).toBe(name);
      fc.pre(first !== second);
      expect(physicalName(stack, second, { maxLength, lowerCase: true })).not.toBe(name);
    }),
  );
});
