import { Argument } from 'commander';
import type { Command } from 'commander';
import { addChangingLeaf, addStageLeaf, onStage } from '../stage/stage-leaf.ts';
import type { ChangeFlags, StageFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { DEAD_LETTERS } from './places.ts';
import type { DeadLettersOf } from './places.ts';

export const addDeadLettersCommand = (program: Command, around: StageSurroundings): void => {
  const deadLetters = program
    .command('dead-letters')
    .description('messages that a function gave up on, and events that could not be delivered: look, or send them again');
  addStageLeaf(deadLetters, {
    usage: 'list',
    description: 'how many lie where; with the name of a queue, up to ten of them, without taking them',
    examples: ['dead-letters list', 'dead-letters list tickets --json --stage dev'],
  })
    .addArgument(new Argument('[queue]', 'whose').choices(DEAD_LETTERS))
    .action(async (queue: DeadLettersOf | undefined, flags: StageFlags) => {
      const { countDeadLetters, showDeadLetters } = await import('./dead-letters.ts');
      await onStage(around, flags, (on) => (queue === undefined ? countDeadLetters(on) : showDeadLetters(on, queue)));
    });
  addChangingLeaf(deadLetters, {
    usage: 'redrive',
    description: 'send all dead letters of a queue to it again, once the cause is mended; repeats change nothing',
    examples: ['dead-letters redrive tickets', 'dead-letters redrive undelivered --stage prod'],
  })
    .addArgument(new Argument('<queue>', 'whose').choices(DEAD_LETTERS))
    .action(async (queue: DeadLettersOf, flags: ChangeFlags) => {
      const { redrive } = await import('./dead-letters.ts');
      await onStage(around, flags, (on) => redrive(on, queue));
    });
};
