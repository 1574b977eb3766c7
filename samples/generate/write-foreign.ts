import { chance, pick } from './draw.ts';
import type { Language } from './customers.ts';
import type { Channel } from './material.ts';
import { say } from './phrases.ts';
import type { Phrase } from './phrases.ts';
import type { Writing, Written } from './write-text.ts';
import { withTypos } from './typos.ts';

/** Writes a ticket in another language, from a whole text (`subject || body`) of somebody who speaks it. */
export const writeForeign = (language: Language, whole: Phrase, channel: Channel, writing: Writing): Written => {
  const { random, customer, ways, slot } = writing;
  const [subject = '', said = ''] = say(whole, random, slot).split(' || ');
  const one = (name: string): string => say(pick(random, ways.get(`${language}-${name}`) ?? []), random, slot);
  const opened = channel === 'email' || chance(random, 0.35);
  const capital = said.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  // After a comma, a German mail goes on in small letters.
  const main = opened ? `${one('opening')}${channel === 'email' ? '\n\n' : ' '}${said}` : capital;
  const body = channel === 'email' ? `${main}\n\n${one('closing')}\n${customer.fullName}` : main;
  return { gist: body, subject, body: withTypos(body, customer.typoShare / 2, random) };
};
