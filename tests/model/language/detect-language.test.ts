import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../../model/language/detect-language.ts';
import { knowsLanguage } from '../../../model/language/knows-language.ts';
import { SMALL_COMPANY, sampleCompany } from '../../../samples/sample-company.ts';

describe('a text tells its language by its script or its commonest words', () => {
  test.for([
    ['Where is the parcel that you sent me?', 'en'],
    ['Guten Tag, wo ist meine Bestellung und wann kommt sie?', 'de'],
    ['Bonjour, je ne trouve pas ma facture', 'fr'],
    ['Hola, no me llega el pedido y está pagado', 'es'],
    ['Ik heb mijn fiets nog niet ontvangen', 'nl'],
    ['Buongiorno, non ho ancora ricevuto il mio ordine', 'it'],
    ['Olá, ainda não recebi a minha encomenda', 'pt'],
    ['Где моя посылка?', 'und-Cyrl'],
    ['私の荷物はどこですか', 'ja'],
    ['내 소포는 어디에 있습니까', 'ko'],
    ['我的包裹在哪里', 'zh'],
    ['Πού είναι το δέμα μου;', 'el'],
    ['أين طردي', 'und-Arab'],
  ] as const)('"%s" is in %s', ([text, language]) => expect(detectLanguage(text)).toBe(language));
});

describe('what is short, mixed or made of names cannot be told, and English is not taken for another language', () => {
  test.for([
    'topping up?',
    'parcel 123',
    'Die hard fan, son of mine',
    'per day per person',
    'my order from Los Angeles, El Dorado and La Jolla has not come',
    'what do I do if I do not recognise a transfer?',
    'The page says "Die Zahlung ist nicht möglich" when I want to pay, what is this?',
    '',
    '12:40 🚲🚲 OK!!',
    'C:\\temp\\la\\el\\index.html',
  ])('"%s"', (text) => expect([undefined, 'en']).toContain(detectLanguage(text)));
});

test('of the small sample company’s tickets no English one is taken for another language, and nearly all others are told', () => {
  const told = sampleCompany({ ...SMALL_COMPANY, ticketsPerWeek: 500 }).flatMap(({ ticket, language }) =>
    language === undefined ? [] : [{ language, detected: detectLanguage(`${ticket.subject}\n${ticket.body}`) }],
  );
  const english = told.filter(({ language }) => language === 'en');
  const others = told.filter(({ language }) => language !== 'en');
  expect(english.length).toBeGreaterThan(500);
  expect(others.length).toBeGreaterThan(30);
  expect(english.filter(({ detected }) => detected !== 'en' && detected !== undefined)).toEqual([]);
  expect(others.filter(({ language, detected }) => detected === language).length / others.length).toBeGreaterThan(0.95);
});

test('any text can be looked at', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const detected = detectLanguage(text);
      expect(detected === undefined || /^(?:[a-z]{2}|und-[A-Z][a-z]{3})$/u.test(detected)).toBe(true);
    }),
  );
});

test.for([
  [['en'], 'en', true],
  [['en'], 'de', false],
  [['en'], undefined, true],
  [['en-GB', 'de'], 'en', true],
  [['ru'], 'und-Cyrl', true],
  [['en', 'de'], 'und-Cyrl', false],
  [['multilingual'], 'de', true],
  [['no tag at all'], 'de', false],
] as const)('an encoder for %s, a text in %s: known is %s', ([languages, language, known]) =>
  expect(knowsLanguage(languages, language)).toBe(known),
);
