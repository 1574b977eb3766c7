import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from './function-folder.ts';

interface WrittenApp {
  readonly resources: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Files of each asset folder, by hash. */
  readonly code?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A cloud assembly of one stack `app`, as `cdk synth` would write it. */
export const writtenAssembly = ({ resources, outputs = {}, code = {}, images = {} }: WrittenApp): string => {
  const folder = folderOf({
    'app.template.json': JSON.stringify({ Resources: resources, Outputs: outputs }),
    'app.assets.json': JSON.stringify({
      files: Object.fromEntries(Object.keys(code).map((hash) => [hash, { source: { path: `asset.${hash}`, packaging: 'zip' } }])),
      dockerImages: Object.fromEntries(Object.keys(images).map((hash) => [hash, { source: { directory: `asset.${hash}` } }])),
    }),
    'manifest.json': JSON.stringify({
      artifacts: {
        'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
        app: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/eu-west-1',
          properties: { templateFile: 'app.template.json' },
          dependencies: ['app.assets'],
        },
      },
    }),
  });
  for (const [hash, files] of Object.entries({ ...code, ...images })) {
    mkdirSync(join(folder, `asset.${hash}`));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, `asset.${hash}`, name), content);
  }
  return folder;
};

/** A role that one service may take on and that may do everything. */
export const roleFor = (service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
    },
    Policies: [
      {
        PolicyName: 'everything',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      },
    ],
  },
});

/** A role, and a function of the code asset with that hash. */
export const functionResources = (id: string, hash: string, properties: Readonly<Record<string, unknown>> = {}) => ({
  [`${id}Role`]: roleFor('lambda.amazonaws.com'),
  [id]: {
    Type: 'AWS::Lambda::Function',
    DependsOn: [`${id}Role`],
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: `${hash}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: 10,
      Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
      ...properties,
    },
  },
});
