import type { Random } from '../../model/random.ts';
import { FAMILY_NAMES, GIVEN_NAMES, MAIL_DOMAINS } from '../company/persons.ts';
import { between, pick, pickWeighted } from './draw.ts';

export type Language = 'en' | 'de' | 'fr' | 'es' | 'nl';

/** How somebody writes, whatever it is about. */
export type Way = 'polite' | 'plain' | 'brief' | 'angry' | 'chatty' | 'business';

export interface Customer {
  readonly number: string;
  readonly given: string;
  readonly fullName: string;
  readonly mail: string;
  readonly language: Language;
  readonly way: Way;
  /** Share of longer words with a slip of the finger. */
  readonly typoShare: number;
}

const LANGUAGES = [
  ['en', 0.91],
  ['de', 0.042],
  ['fr', 0.02],
  ['nl', 0.016],
  ['es', 0.012],
] as const satisfies readonly (readonly [Language, number])[];

const WAYS = [
  ['plain', 0.33],
  ['polite', 0.27],
  ['brief', 0.15],
  ['angry', 0.1],
  ['chatty', 0.09],
  ['business', 0.06],
] as const satisfies readonly (readonly [Way, number])[];

const mailName = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll(/[^a-z]+/g, '');

/** Somebody who may write once or several times. */
export const drawCustomer = (random: Random): Customer => {
  const given = pick(random, GIVEN_NAMES);
  const family = pick(random, FAMILY_NAMES);
  const local = pick(random, [
    `${mailName(given)}.${mailName(family)}`,
    `${mailName(given).slice(0, 1)}.${mailName(family)}`,
    `${mailName(family)}${between(random, 1, 99)}`,
    `${mailName(given)}${mailName(family).slice(0, 1)}${between(random, 50, 99)}`,
  ]);
  return {
    number: String(between(random, 4_400_000, 4_499_999)),
    given,
    fullName: `${given} ${family}`,
    mail: `${local}@${pick(random, MAIL_DOMAINS)}`,
    language: pickWeighted(random, LANGUAGES),
    way: pickWeighted(random, WAYS),
    typoShare: pickWeighted(random, [
      [0, 0.5],
      [0.012, 0.38],
      [0.05, 0.12],
    ]),
  };
};
