import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { announce } from '../../../cli/local/announce.ts';
import { addLocalCommand } from '../../../cli/local/command.ts';
import { UserError } from '../../../cli/user-error.ts';
import { startSteppedClock } from '../../../local/clock.ts';
import { removeFolders } from '../../local/support/function-folder.ts';
import { openShop, OPENS_AT } from '../../local/support/shop-app.ts';
import type { Shop } from '../../local/support/shop-app.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `signalbox local …` in this process, told of the local cloud by that file. */
export const runLocal = async (runningFile: string, args: readonly string[]): Promise<Ran> => {
  let out = '';
  let err = '';
  const program = new Command('signalbox').exitOverride();
  addLocalCommand(program, {
    runningFile,
    writeOut: (text) => void (out += text),
    writeError: (text) => void (err += text),
  });
  try {
    await program.parseAsync(['local', ...args], { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    // As cli/signalbox.ts does.
    if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, out, err };
    if (error instanceof UserError) return { code: 1, out, err: `${err}signalbox: ${error.message}\n` };
    throw error;
  }
};

export interface OpenedShop extends Shop {
  readonly run: (line: string) => Promise<Ran>;
  /** The value that the command prints with --json. @throws Error where it fails */
  readonly json: <Value>(line: string) => Promise<Value>;
  readonly close: () => Promise<void>;
}

/** A small cloud whose clock stands, and the command line that finds it. */
export const openShopWithCommands = async (): Promise<OpenedShop> => {
  const shop = await openShop({ clock: startSteppedClock(Date.parse(OPENS_AT)) });
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-local-'));
  const runningFile = join(folder, 'local-cloud.json');
  const { withdraw } = announce({ runningFile }, shop.cloud);
  const run = (line: string): Promise<Ran> => runLocal(runningFile, line.split(' '));
  return {
    ...shop,
    run,
    json: async (line) => {
      const { code, out, err } = await run(`${line} --json`);
      if (code !== 0) throw new Error(err);
      return JSON.parse(out);
    },
    close: async () => {
      withdraw();
      await shop.cloud.close();
      rmSync(folder, { recursive: true });
      removeFolders();
    },
  };
};
