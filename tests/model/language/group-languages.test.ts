import { describe, expect, test } from 'vitest';
import { foreignLanguages } from '../../../model/language/group-languages.ts';

const GERMAN = 'Hallo, mein Paket ist noch nicht da und der Bote kommt nicht';
const FRENCH = 'Bonjour, je n’ai pas reçu ma commande et je voudrais être remboursé, merci';
const ENGLISH = 'Hello, my parcel is not there and nobody tells me when it comes';

describe('the language of a group', () => {
  test('is one that the encoder does not know, where two thirds of its texts are in it', () => {
    const texts = [GERMAN, GERMAN, ENGLISH, GERMAN, ENGLISH, ENGLISH, FRENCH];
    const groups = Int32Array.of(0, 0, 0, 1, 1, 1, -1);
    expect(foreignLanguages(texts, groups, 2, ['en'])).toEqual(['de', undefined]);
    expect(foreignLanguages(texts, groups, 2, ['en', 'de'])).toEqual([undefined, undefined]);
  });

  test('is none of several, and none of no text', () => {
    expect(foreignLanguages([GERMAN, FRENCH], Int32Array.of(0, 0), 2, ['en'])).toEqual([undefined, undefined]);
  });

  test('of a large group is told by texts all over it', () => {
    const texts = [...Array<string>(100).fill(ENGLISH), ...Array<string>(900).fill(GERMAN)];
    expect(foreignLanguages(texts, new Int32Array(1_000), 1, ['en'])).toEqual(['de']);
    expect(foreignLanguages(texts.toReversed().slice(300), new Int32Array(700), 1, ['en'])).toEqual(['de']);
    expect(foreignLanguages([...Array<string>(900).fill(ENGLISH), ...texts], new Int32Array(1_900), 1, ['en'])).toEqual([
      undefined,
    ]);
  });
});
