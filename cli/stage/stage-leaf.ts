import type { Command } from 'commander';
import { addLeaf, print } from '../local/leaf.ts';
import type { JsonFlag, Leaf } from '../local/leaf.ts';
import { asAwsMistake } from './aws-mistakes.ts';
import { confirmChange } from './confirm-change.ts';
import { LOCAL_STAGE } from './local-stage.ts';
import type { Stage } from './reach-stage.ts';
import type { StageSurroundings } from './surroundings.ts';

export interface StageFlags extends JsonFlag {
  readonly stage: string;
}

export interface ChangeFlags extends StageFlags {
  readonly yes?: true;
}

/** A command that looks at a stage. */
export const addStageLeaf = (parent: Command, leaf: Leaf): Command =>
  addLeaf(parent, leaf).option('--stage <name>', 'local (the local cloud that runs), dev, prod', LOCAL_STAGE);

/** A command that changes something in a stage; in production it asks first. */
export const addChangingLeaf = (parent: Command, leaf: Leaf): Command =>
  addStageLeaf(parent, leaf).option('--yes', 'change production without being asked');

/** What a command works with once its stage is reached. */
export interface OnStage {
  readonly stage: Stage;
  /** Prints the one value of the command, or the text for people. */
  readonly print: (value: unknown, text: () => string) => void;
  /** Says something to the person beside that. */
  readonly say: (text: string) => void;
  /** Asks before production is changed; see confirmChange. */
  readonly confirm: (what: string) => Promise<void>;
}

/** Reaches the stage, does the work, and lets go of it; what AWS refuses is told in a sentence. */
export const onStage = async (
  around: StageSurroundings,
  flags: ChangeFlags,
  work: (on: OnStage) => Promise<void>,
): Promise<void> => {
  // The clients of AWS take a while to load, and most commands need none.
  const { reachStage } = await import('./reach-stage.ts');
  const stage = await reachStage(flags.stage, around);
  try {
    await work({
      stage,
      print: (value, text) => print(around.writeOut, flags, value, text),
      say: (text) => around.writeError(`${text}\n`),
      confirm: (what) => confirmChange(stage, what, flags, around),
    });
  } catch (error) {
    throw asAwsMistake(error);
  } finally {
    stage.close();
  }
};
