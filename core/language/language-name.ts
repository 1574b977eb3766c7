const UNDETERMINED = 'und-';

/**
 * What people call a language.
 * @param tag a language tag (BCP 47), or `und-` and a script
 * @returns such as "German", or "a language in Cyrillic letters"; the tag itself where it is none
 */
export const languageName = (tag: string): string => {
  const named = (type: 'language' | 'script', code: string): string => {
    try {
      return new Intl.DisplayNames('en', { type }).of(code) ?? code;
    } catch {
      return code;
    }
  };
  return tag.startsWith(UNDETERMINED)
    ? `a language in ${named('script', tag.slice(UNDETERMINED.length))} letters`
    : named('language', tag);
};
