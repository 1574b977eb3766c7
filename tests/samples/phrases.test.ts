import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { fitting, parsePhrase, parsePhrases, PhraseFileError, say, slotsOf } from '../../samples/generate/phrases.ts';

const said = (text: string, seed = 1): string => say(parsePhrase(text), seededRandom(seed), (name) => `<${name}>`);

describe('a phrase', () => {
  test('is said as it stands, with its names filled in', () => {
    expect(said('Where is {order}?')).toBe('Where is <order>?');
  });

  test('takes one of its choices, and names within a choice are filled in', () => {
    const all = new Set(Array.from({ length: 50 }, (_, seed) => said('It [came|left on {date}|].', seed)));
    expect(all).toEqual(new Set(['It came.', 'It left on <date>.', 'It .']));
  });

  test('keeps brackets and braces that are no choice and no name, as logs have them', () => {
    const log = '[10:41:07] ERR {"code":"E-417"}';
    expect(said(log)).toBe(log);
  });

  test('breaks its line at //', () => {
    expect(said('first // second')).toBe('first\nsecond');
  });

  test('tells which names it needs, those within choices too', () => {
    expect(slotsOf(parsePhrase('{a} [b|{c}]'))).toEqual(['a', 'c']);
  });
});

describe('tags', () => {
  const phrases = ['anything', 'of gifts #gift', 'of codes #code #sale'].map(parsePhrase);

  test('are not said', () => {
    expect(said('of codes #code #sale')).toBe('of codes');
  });

  test('let a phrase stand beside those of a common tag; one without tags goes with all', () => {
    expect(fitting(phrases, parsePhrase('x #sale')).map(({ tags }) => tags)).toEqual([[], ['code', 'sale']]);
    expect(fitting(phrases, parsePhrase('x')).map(({ tags }) => tags)).toEqual([[]]);
  });
});

describe('a file of phrases', () => {
  test('has sections of list items; what stands before the first is for people', () => {
    const file = parsePhrases('# Title\n\nWords.\n\n## one\n- a\n- b\n\n## two\n- c\n', 'x.md');
    expect([...file].map(([name, phrases]) => [name, phrases.length])).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
  });

  test('is refused with the line that is no list item', () => {
    const read = (): unknown => parsePhrases('## one\n- a\nb\n', 'x.md');
    expect(read).toThrow(PhraseFileError);
    expect(read).toThrow('x.md line 3');
  });
});
