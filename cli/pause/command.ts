import { userInfo } from 'node:os';
import { Argument } from 'commander';
import type { Command } from 'commander';
import { PAUSABLE, pauseText } from '../../core/pause/pauses.ts';
import type { Pausable } from '../../core/pause/pauses.ts';
import { addChangingLeaf, onStage } from '../stage/stage-leaf.ts';
import type { ChangeFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { UserError } from '../user-error.ts';

interface PauseFlags extends ChangeFlags {
  readonly reason: string;
  readonly by: string;
}

const MEANING: Readonly<Record<Pausable, string>> = {
  automation: 'people decide about every ticket',
  retraining: 'no retraining begins; one that runs goes on',
};

const SEEN = 'Functions that run see it within 2 seconds.';

export const addPauseCommands = (program: Command, around: StageSurroundings): void => {
  addChangingLeaf(program, {
    usage: 'pause',
    description: `stop automation (${MEANING.automation}) or retraining (${MEANING.retraining}), until it is resumed`,
    examples: [
      'pause automation --reason "billing was renamed" --by Ada',
      'pause retraining --reason "labels are being cleaned" --stage dev',
    ],
  })
    .addArgument(new Argument('<what>', 'what to stop').choices(PAUSABLE))
    .requiredOption('--reason <text>', 'why; everybody who wonders is told')
    .option('--by <name>', 'who; else the name that you are logged in with', userInfo().username)
    .action((what: Pausable, flags: PauseFlags) => pause(what, flags, around));
  addChangingLeaf(program, {
    usage: 'resume',
    description: 'go on with what was paused; what was decided meanwhile stays with people',
    examples: ['resume automation', 'resume retraining --stage prod --yes'],
  })
    .addArgument(new Argument('<what>', 'what to go on with').choices(PAUSABLE))
    .action((what: Pausable, flags: ChangeFlags) => resume(what, flags, around));
};

const pause = (what: Pausable, { reason, by, ...flags }: PauseFlags, around: StageSurroundings): Promise<void> =>
  onStage(around, flags, async ({ stage, print, confirm }) => {
    await confirm(`pause ${what}: ${MEANING[what]}`);
    const { dynamoDbPauses } = await import('../../adapters/dynamodb/pauses.ts');
    const pauses = dynamoDbPauses({ client: stage.dynamoDb, tableName: stage.outputs.ModelsTable });
    const mine = { reason, by, since: new Date(await stage.now()).toISOString() };
    const earlier = await pauses.pause(what, mine);
    if (earlier) throw new UserError(`${capital(what)} is paused already, ${pauseText(earlier)}. Nothing was changed.`);
    print({ paused: what, ...mine }, () => `${what} is paused: ${MEANING[what]}. ${what === 'automation' ? SEEN : ''}`.trimEnd());
  });

const resume = (what: Pausable, flags: ChangeFlags, around: StageSurroundings): Promise<void> =>
  onStage(around, flags, async ({ stage, print, confirm }) => {
    await confirm(`resume ${what}`);
    const { dynamoDbPauses } = await import('../../adapters/dynamodb/pauses.ts');
    const ended = await dynamoDbPauses({ client: stage.dynamoDb, tableName: stage.outputs.ModelsTable }).resume(what);
    if (!ended) throw new UserError(`${capital(what)} is not paused. Nothing was changed.`);
    print({ resumed: what, pause: ended }, () => `${what} goes on; it was paused ${pauseText(ended)}`);
  });

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
