import { UsageError, UserError } from '../user-error.ts';
import type { Stage } from './reach-stage.ts';
import type { StageSurroundings } from './surroundings.ts';

/** The stage whose changes are asked back. */
const PROTECTED = 'prod';

/**
 * Asks before something changes in production.
 * @param what will be done, as it goes on after "This will": `drop 3 quarantined messages`
 * @throws UsageError where nobody can be asked and --yes was not given; UserError where the person does not agree
 */
export const confirmChange = async (
  { name }: Pick<Stage, 'name'>,
  what: string,
  { yes }: { readonly yes?: true },
  around: Pick<StageSurroundings, 'isTerminal' | 'ask'>,
): Promise<void> => {
  if (name !== PROTECTED || yes) return;
  if (!around.isTerminal())
    throw new UsageError(`This would ${what} in ${name}, and there is no terminal to ask at; add --yes if that is meant.`);
  const answer = await around.ask(`This will ${what} in ${name}. Type ${name} to go on: `);
  if (answer.trim() !== name) throw new UserError('Nothing was changed.');
};
