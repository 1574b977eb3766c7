/** What a model card says instead of naming a hundred languages. */
const ALL = ['multilingual', 'mul'];
const UNDETERMINED = 'und-';

/**
 * Whether a text's language is among those that an encoder knows. A language that cannot be told counts as known: most texts like
 * that are short ones in a language that is.
 * @param languages language tags (BCP 47), as an encoder's manifest names them
 * @param language as of detectLanguage
 */
export const knowsLanguage = (languages: readonly string[], language: string | undefined): boolean => {
  if (language === undefined || languages.some((each) => ALL.includes(each.toLowerCase()))) return true;
  const script = language.startsWith(UNDETERMINED) ? language.slice(UNDETERMINED.length) : undefined;
  return languages.some((each) => {
    const locale = localeOf(each);
    return script === undefined ? locale?.language === language : locale?.maximize().script === script;
  });
};

/** Undefined for what is no language tag. */
const localeOf = (tag: string): Intl.Locale | undefined => {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
};
