import { detectLanguage } from './detect-language.ts';
import { knowsLanguage } from './knows-language.ts';

/** Texts of a group that are looked at. */
const READ_OF_GROUP = 60;
/** A group of texts in several languages is about something else than its language. */
const LEAST_SHARE = 2 / 3;

/**
 * The language of each group whose texts are, but for a third, in one that the encoder does not know: such texts lie together because
 * of their language, and the group is named by it as well.
 * @param groups group of each text, 0..groupCount-1, or -1 for none
 * @param known languages of the encoder, as its manifest names them
 * @returns a language tag, as of detectLanguage, or undefined, a group
 */
export const foreignLanguages = (
  texts: readonly string[],
  groups: Int32Array,
  groupCount: number,
  known: readonly string[],
): readonly (string | undefined)[] => {
  const members = Array.from({ length: groupCount }, (): number[] => []);
  groups.forEach((group, text) => members[group]?.push(text));
  return members.map((own) => {
    const read = own.filter((_, at) => at % Math.ceil(own.length / READ_OF_GROUP) === 0);
    const counts = new Map<string, number>();
    for (const text of read) {
      const language = detectLanguage(texts[text]!);
      if (language !== undefined && !knowsLanguage(known, language)) counts.set(language, (counts.get(language) ?? 0) + 1);
    }
    return [...counts].find(([, count]) => count >= LEAST_SHARE * read.length)?.[0];
  });
};
