import type { Command } from 'commander';
import { parseCount } from '../local/parse.ts';
import { addChangingLeaf, addStageLeaf, onStage } from '../stage/stage-leaf.ts';
import type { ChangeFlags, StageFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';

export interface Chosen {
  readonly all?: true;
  readonly code?: string;
}

const ALL = 'every message in quarantine, or with --code those of that reason';
const CODE = 'of that reason alone, as `quarantine list` shows it: not-json, invalid-field, …';

export const addQuarantineCommand = (program: Command, around: StageSurroundings): void => {
  const quarantine = program
    .command('quarantine')
    .description('messages that could not be taken in, each with its reason: look, send again, or drop');
  addStageLeaf(quarantine, {
    usage: 'list',
    description: 'what is in quarantine, the latest first',
    examples: ['quarantine list', 'quarantine list --code invalid-field --json --stage dev'],
  })
    .option('--code <code>', CODE)
    .option('--max <count>', 'messages shown', parseCount, 20)
    .action(async (flags: StageFlags & { readonly code?: string; readonly max: number }) => {
      const { listMessages } = await import('./look.ts');
      await onStage(around, flags, (on) => listMessages(on, flags));
    });
  addStageLeaf(quarantine, {
    usage: 'show <id>',
    description: 'one message: its reason, and all of its text, redacted',
    examples: ['quarantine show 3f2a0c1e', 'quarantine show 3f2a0c1e --json'],
  }).action(async (id: string, flags: StageFlags) => {
    const { showMessage } = await import('./look.ts');
    await onStage(around, flags, (on) => showMessage(on, id));
  });
  addChangingLeaf(quarantine, {
    usage: 'retry [ids...]',
    description: 'send messages to their queue again, as they are (redacted) or mended, and take them out of quarantine',
    examples: [
      'quarantine retry 3f2a0c1e',
      'quarantine retry --all --code unknown-ticket',
      'quarantine retry 3f2a0c1e --body mended.json',
    ],
  })
    .option('--all', ALL)
    .option('--code <code>', CODE)
    .option('--body <file>', 'send this instead of one message; - is standard input')
    .action(async (ids: readonly string[], flags: ChangeFlags & Chosen & { readonly body?: string }) => {
      const { retryMessages } = await import('./change.ts');
      await onStage(around, flags, (on) => retryMessages(on, ids, flags, around));
    });
  addChangingLeaf(quarantine, {
    usage: 'drop [ids...]',
    description: 'delete messages for good',
    examples: ['quarantine drop 3f2a0c1e', 'quarantine drop --all --code not-json'],
  })
    .option('--all', ALL)
    .option('--code <code>', CODE)
    .action(async (ids: readonly string[], flags: ChangeFlags & Chosen) => {
      const { dropMessages } = await import('./change.ts');
      await onStage(around, flags, (on) => dropMessages(on, ids, flags));
    });
};
