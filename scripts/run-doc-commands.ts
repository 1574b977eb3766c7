import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { docCommands } from './doc-commands.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SIGNALBOX = 'npm run -s signalbox -- ';

/**
 * Runs the commands of a page one after the other, in a folder of their own that holds the samples.
 * @returns what each printed on stdout
 * @throws where one fails, with what it said
 */
export const runDocCommands = async (page: string): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-docs-'));
  try {
    await symlink(join(ROOT, 'samples'), join(folder, 'samples'));
    const outputs: string[] = [];
    for (const { command } of docCommands(page)) {
      const script = command.replaceAll(SIGNALBOX, `'${process.execPath}' '${join(ROOT, 'cli/signalbox.ts')}' `);
      const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], { cwd: folder });
      outputs.push(stdout);
    }
    return outputs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
