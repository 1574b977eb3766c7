import { afterEach } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud, LocalCloudOptions } from '../../local/cloud.ts';
import { removeFolders } from './support/function-folder.ts';
import { writtenAssembly } from './support/written-assembly.ts';

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

export const start = async (
  app: Parameters<typeof writtenAssembly>[0],
  options: Partial<LocalCloudOptions> = {},
): Promise<LocalCloud> => {
  const cloud = await startLocalCloud({ assembly: writtenAssembly(app), port: 0, ...options });
  open.push(cloud);
  return cloud;
};

export const clientOf = (cloud: LocalCloud) => ({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: cloud.credentials('operator'),
});
