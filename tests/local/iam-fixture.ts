import { afterEach } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { removeFolders } from './support/function-folder.ts';
import { functionResources, writtenAssembly } from './support/written-assembly.ts';

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

export const start = async (resources: Readonly<Record<string, unknown>>, code = {}): Promise<LocalCloud> => {
  const cloud = await startLocalCloud({ assembly: writtenAssembly({ resources, code }), port: 0 });
  open.push(cloud);
  return cloud;
};

export const arnOf = (logicalId: string): object => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const document = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

export const allow = (Action: string | readonly string[], Resource: unknown, more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

export const role = (service: string, statements: readonly object[], more: object = {}): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }),
    ...(statements.length > 0 && { Policies: [{ PolicyName: 'own', PolicyDocument: document(...statements) }] }),
    ...more,
  },
});

/** A function that does what its event says, with the given statements and nothing else. */
export const worker = (statements: readonly object[], more: object = {}): Readonly<Record<string, unknown>> => ({
  ...functionResources('Worker', 'work'),
  WorkerRole: role('lambda.amazonaws.com', statements, more),
});

/** Hands out the credentials that it runs with, so that the test can call as it does. */
export const workerCode = { work: { 'index.mjs': 'export const handler = () => process.env;' } };

export const credentialsOfWorker = async (cloud: LocalCloud) => {
  const FunctionName = cloud.resources.get('app/Worker')?.ref;
  const { Payload } = await cloud.call('lambda', 'Invoke', { FunctionName, Payload: Buffer.from('{}') });
  const given = JSON.parse(Buffer.from(Payload as Uint8Array).toString()) as Readonly<Record<string, string>>;
  return {
    accessKeyId: given['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: given['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: given['AWS_SESSION_TOKEN'] ?? '',
  };
};

export const configOf = async (cloud: LocalCloud) => ({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: await credentialsOfWorker(cloud),
  maxAttempts: 1,
});

export const refOf = (cloud: LocalCloud, logicalId: string): string => cloud.resources.get(`app/${logicalId}`)?.ref ?? '';
export const session = /arn:aws:sts::000000000000:assumed-role\/app-WorkerRole-[A-Z2-7]+\/Worker/.source;
