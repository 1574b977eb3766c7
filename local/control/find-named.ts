import { suggestion } from '../near-matches.ts';
import { ControlError } from './errors.ts';

/**
 * The one thing of that name. A beginning will do where only one thing has it, and so will a part: synthesized names are long.
 * @param namesOf what each thing may be called
 * @throws ControlError naming what is near, or what the part could mean
 */
export const findNamed = <Thing>(
  kind: string,
  word: string,
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
): Thing => {
  const exact = things.find((thing) => namesOf(thing).includes(word));
  if (exact !== undefined) return exact;
  const wanted = word.toLowerCase();
  const having = (matches: (name: string) => boolean): readonly Thing[] =>
    things.filter((thing) => namesOf(thing).some((name) => matches(name.toLowerCase())));
  const begun = having((name) => name.startsWith(wanted));
  const partly = begun.length > 0 ? begun : having((name) => name.includes(wanted));
  const [only, ...others] = partly;
  if (only !== undefined && others.length === 0) return only;
  const shown = (some: readonly Thing[]): readonly string[] => some.map((thing) => namesOf(thing)[0] ?? '');
  if (only !== undefined)
    throw new ControlError(`"${word}" could be any ${kind} of ${shown(partly).toSorted().join(', ')}; write more of its name`);
  throw new ControlError(`there is no ${kind} "${word}"; ${suggestion(word, shown(things))}`, 404);
};
