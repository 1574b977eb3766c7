import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { processSurroundings } from '../local/surroundings.ts';
import type { Surroundings } from '../local/surroundings.ts';
import type { ClientSettings } from '../start/operator.ts';

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
  ask: async (question) => {
    // On stderr: stdout is for what the command prints.
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
  readInput: () => text(process.stdin),
  now: () => Date.now(),
  aws: {},
  cloudFormation: {},
};
