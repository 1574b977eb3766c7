import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { MachineFacts } from './machine-checks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A Docker that is starting up may hang. */
const DOCKER_TIMEOUT_MS = 10_000;

const manifestSchema = z.object({ version: z.string().optional(), dependencies: z.record(z.string(), z.string()).default({}) });

const manifest = async (path: string): Promise<z.infer<typeof manifestSchema>> =>
  manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));

/** Of this machine and this checkout. */
export const machineFacts: MachineFacts = {
  nodeVersion: process.version,
  platform: `${process.platform}-${process.arch}`,
  packages: async () => {
    const { dependencies } = await manifest(join(ROOT, 'package.json'));
    return Promise.all(
      Object.entries(dependencies).map(async ([name, wanted]) => ({
        name,
        wanted,
        found: await manifest(join(ROOT, 'node_modules', name, 'package.json')).then(
          ({ version }) => version,
          () => undefined,
        ),
      })),
    );
  },
  dockerVersion: async () => {
    const args = ['version', '--format', '{{.Server.Version}}'];
    const { stdout } = await promisify(execFile)('docker', args, { timeout: DOCKER_TIMEOUT_MS });
    return stdout.trim();
  },
  freeBytes: async () => {
    const { bavail, bsize } = await statfs(tmpdir());
    return bavail * bsize;
  },
};
