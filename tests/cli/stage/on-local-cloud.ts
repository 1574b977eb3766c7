import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../../../cli/local/announce.ts';
import { addStageCommands } from '../../../cli/stage/commands.ts';
import type { StageSurroundings } from '../../../cli/stage/surroundings.ts';
import type { Ran } from '../local/local-command.ts';
import { startJourney } from '../../support/running-journey.ts';
import type { RunningJourney } from '../../support/running-journey.ts';
import { runCommand, surroundings } from './run-command.ts';

/** The commands of those who run a stage, and the synthesized dev stage that they find. */
export interface CommandsOnLocalCloud {
  readonly journey: RunningJourney;
  readonly folder: string;
  /** @param input what comes in on standard input */
  readonly run: (args: readonly string[], input?: string) => Promise<Ran>;
  /** The value that the command prints with --json. @throws Error where it fails */
  readonly json: <Value>(args: readonly string[], input?: string) => Promise<Value>;
  readonly around: StageSurroundings;
  readonly close: () => Promise<void>;
}

export const startWithCommands = async (): Promise<CommandsOnLocalCloud> => {
  const journey = await startJourney();
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-stage-'));
  const around = surroundings({ runningFile: join(folder, 'local-cloud.json') });
  const { withdraw } = announce(around, journey.cloud);
  const run = (args: readonly string[], input = ''): Promise<Ran> =>
    runCommand(addStageCommands, { ...around, readInput: () => Promise.resolve(input) }, args);
  return {
    journey,
    folder,
    around,
    run,
    json: async (args, input) => {
      const { code, out, err } = await run([...args, '--json'], input);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
      return JSON.parse(out);
    },
    close: async () => {
      withdraw();
      await journey.close();
      rmSync(folder, { recursive: true });
    },
  };
};
