import { join, resolve } from 'node:path';
import { createControlClient, GoneError } from '@signalbox/local-cloud/control/client.ts';
import { ControlError } from '@signalbox/local-cloud/control/errors.ts';
import type { Answered, Asked, OperationName } from '@signalbox/local-cloud/control/operations.ts';
import { readRunningFile } from '@signalbox/local-cloud/control/running-file.ts';
import { sentence } from '../sentence.ts';
import { UserError } from '../user-error.ts';

/** Where a local cloud that runs says where it is. */
export const RUNNING_FILE = join(resolve(import.meta.dirname, '../..'), '.build/local-cloud.json');

/** What the commands of `local` work with; a test hands in its own. */
export interface Surroundings {
  readonly runningFile: string;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

export const processSurroundings: Surroundings = {
  runningFile: RUNNING_FILE,
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
};

const NONE = 'No local cloud is running; start one with npm start.';

/**
 * Asks the local cloud that runs.
 * @throws UserError where none does, or where it refuses
 */
export const askCloud = async <Name extends OperationName>(
  { runningFile }: Pick<Surroundings, 'runningFile'>,
  operation: Name,
  asked: Asked<Name>,
): Promise<Answered<Name>> => {
  const found = readRunningFile(runningFile);
  if (found.kind === 'none') throw new UserError(NONE);
  if (found.kind === 'stale') throw new UserError(`${NONE} (${runningFile} was left by one that was killed.)`);
  if (found.kind === 'unreadable')
    throw new UserError(
      `${runningFile} is not what this version writes: end the local cloud that runs, and start it again with npm start.`,
    );
  try {
    return await createControlClient(found.cloud).ask(operation, asked);
  } catch (error) {
    if (error instanceof GoneError)
      throw new UserError(`${NONE} (${runningFile} was left by one that is gone.)`, { cause: error });
    if (error instanceof ControlError) throw new UserError(sentence(error.message), { cause: error });
    throw error;
  }
};
