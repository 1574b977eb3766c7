import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { processSurroundings } from '../local/surroundings.ts';
import type { Surroundings } from '../local/surroundings.ts';
import type { ClientSettings } from '../start/operator.ts';
import { UserError } from '../user-error.ts';

/** What the commands that work on a stage have around them; a test hands in its own. */
export interface StageSurroundings extends Surroundings {
  /** True where a person can be asked. */
  readonly isTerminal: () => boolean;
  /** Asks the person at the terminal, and gives the answer back. */
  readonly ask: (question: string) => Promise<string>;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Clients of AWS: all found in the environment, as the AWS command line does, where nothing is said here. */
  readonly aws: ClientSettings;
  /** The same for CloudFormation, which is asked what a stage is made of. */
  readonly cloudFormation: ClientSettings;
}

export const stageSurroundings: StageSurroundings = {
  ...processSurroundings,
  isTerminal: () => process.stdin.isTTY && process.stderr.isTTY,
  // On stderr: stdout is for what the command prints.
  ask: (question) => askOn(process.stdin, process.stderr, question),
  readInput: () => text(process.stdin),
  now: () => Date.now(),
  aws: {},
  cloudFormation: {},
};

/** @throws UserError where the person ends the question with Ctrl-C or Ctrl-D instead of answering it */
export const askOn = async (
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream & { readonly isTTY?: boolean },
  question: string,
): Promise<string> => {
  const lines = createInterface({ input, output });
  try {
    return await lines.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    output.write('\n');
    throw new UserError('Nothing was changed.', { cause: error });
  } finally {
    lines.close();
  }
};
