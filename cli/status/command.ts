import type { Command } from 'commander';
import { addStageLeaf, onStage } from '../stage/stage-leaf.ts';
import type { StageFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';

export const addStatusCommand = (program: Command, around: StageSurroundings): void => {
  addStageLeaf(program, {
    usage: 'status',
    description: 'what a stage is doing: the live version, what waits, what is paused, the last retraining, what needs attention',
    examples: ['status', 'status --stage prod --json'],
  }).action(async (flags: StageFlags) => {
    const [{ readStatus }, { attentionOf }, { statusText }] = await Promise.all([
      import('./stage-status.ts'),
      import('./attention.ts'),
      import('./print-status.ts'),
    ]);
    await onStage(around, flags, async ({ stage, print }) => {
      const status = await readStatus(stage);
      const attention = attentionOf(status);
      print({ ...status, attention }, () => statusText(status, attention));
    });
  });
};
