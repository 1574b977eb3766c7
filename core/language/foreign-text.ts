import type { WrittenIn } from '../contracts/scoring.ts';
import { languageName } from './language-name.ts';

/**
 * What a person should know of how a text in a language was judged that the model's encoder does not know.
 * @returns undefined where there is nothing to know
 */
export const foreignText = ({ language, knownLanguage }: WrittenIn): string | undefined =>
  language === undefined || knownLanguage !== false
    ? undefined
    : `written in ${languageName(language)}, which this model's encoder does not know: judged by its words and letters alone`;
