import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionDefinition } from '../../../local/lambda/function-definition.ts';

const folders: string[] = [];

/** A new temporary folder with these files. */
export const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'local-cloud-test-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

/** For `afterEach` or `afterAll`. */
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** A function of this ES module source, which exports `handler`. */
export const functionOf = (source: string, settings: Partial<FunctionDefinition> = {}): FunctionDefinition => ({
  name: 'app-Fn',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:app-Fn',
  caller: { name: 'Fn', principal: 'arn:aws:iam::000000000000:role/app-FnRole' },
  codeFolder: settings.codeFolder ?? folderOf({ 'index.mjs': source }),
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  timeoutSeconds: 5,
  memoryMb: 128,
  environment: {},
  logGroup: '/aws/lambda/app-Fn',
  logFormat: 'JSON',
  ...settings,
});
