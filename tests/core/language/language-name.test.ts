import { expect, test } from 'vitest';
import { languageName } from '../../../core/language/language-name.ts';

test.for([
  ['de', 'German'],
  ['pt', 'Portuguese'],
  ['und-Cyrl', 'a language in Cyrillic letters'],
  ['not a tag', 'not a tag'],
  ['', ''],
] as const)('%s is called %s', ([tag, name]) => expect(languageName(tag)).toBe(name));
