import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from './storage.ts';
import type { TrainingRequest } from './training-request.ts';

/**
 * Lays out what a training program finds under /opt/ml: its settings and its data.
 * @returns why it cannot be done, if it cannot
 */
export const layOut = async (storage: Storage, request: TrainingRequest, folder: string): Promise<string | undefined> => {
  const config = join(folder, 'input', 'config');
  for (const path of [config, join(folder, 'model'), join(folder, 'output'), join(folder, 'output', 'data')]) {
    await mkdir(path, { recursive: true });
  }
  const json = (name: string, value: unknown): Promise<void> => writeFile(join(config, name), JSON.stringify(value));
  await json('hyperparameters.json', request.hyperParameters);
  await json('resourceconfig.json', {
    current_host: 'algo-1',
    hosts: ['algo-1'],
    network_interface_name: 'lo',
    current_instance_type: request.instanceType,
    current_group_name: 'homogeneousCluster',
  });
  const described = request.channels.map(({ name, contentType }) => [
    name,
    {
      TrainingInputMode: 'File',
      S3DistributionType: 'FullyReplicated',
      RecordWrapperType: 'None',
      ...(typeof contentType === 'string' && { ContentType: contentType }),
    },
  ]);
  await json('inputdataconfig.json', Object.fromEntries(described));
  for (const { name, uri } of request.channels) {
    const target = join(folder, 'input', 'data', name);
    await mkdir(target, { recursive: true });
    const found = await storage.download(request.caller, uri, target).catch((error: unknown) => String(error));
    if (typeof found === 'string') return `ClientError: Data download failed: ${found}`;
    if (found === 0)
      return `ClientError: Data download failed: No S3 objects found under S3 URL "${uri}" given in input data source.`;
  }
  return undefined;
};

/** What SageMaker reports of a program that failed: its own words if it left any. */
export const algorithmError = async (folder: string, code: number): Promise<string> => {
  const words = await readFile(join(folder, 'output', 'failure'), 'utf8').catch(() => '');
  return `AlgorithmError: ${words.trim()}, exit code: ${code}`;
};
