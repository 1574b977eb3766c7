import type { Random } from '../../model/random.ts';
import type { Customer } from './customers.ts';
import { chance, pick, pickSeveral, pickWeighted } from './draw.ts';
import type { Channel } from './material.ts';
import { fitting, say } from './phrases.ts';
import type { Phrase, Phrases } from './phrases.ts';
import { asChat, withTypos } from './typos.ts';

export interface Text {
  readonly subject: string;
  readonly body: string;
}

/** A text with what makes it another one than the next: without greeting and slips of the finger. */
export interface Written extends Text {
  readonly gist: string;
}

/** All that one text is written from. */
export interface Writing {
  readonly random: Random;
  readonly customer: Customer;
  readonly topic: Phrases;
  readonly ways: Phrases;
  readonly slot: (name: string) => string;
  /** A question on another topic that the customer asks along the way. */
  readonly second: (() => string) | undefined;
}

const capitalised = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

const QUESTION =
  /^(?:is|are|am|do|does|did|can|could|would|will|what|when|where|which|who|why|how|has|have|may|should|to whom)\b/i;

/** Writes a ticket in English. */
export const writeText = (channel: Channel, writing: Writing): Written => {
  switch (channel) {
    case 'email':
      return mail(writing);
    case 'web':
      return form(writing);
    case 'chat':
      return chat(writing);
  }
};

const section = (phrases: Phrases, name: string): readonly Phrase[] => phrases.get(name) ?? [];

const speaker = ({ random, slot }: Writing) => {
  const one = (phrases: readonly Phrase[]): string => say(pick(random, phrases), random, slot);
  const some = (phrases: readonly Phrase[], count: number): readonly string[] =>
    pickSeveral(random, phrases, count).map((phrase) => say(phrase, random, slot));
  return { one, some };
};

const secondQuestion = (writing: Writing): readonly string[] => {
  if (writing.second === undefined) return [];
  const asked = writing.second();
  const mark = QUESTION.test(asked) ? '?' : '.';
  return [`${speaker(writing).one(section(writing.ways, 'second'))} ${asked}${/[.?!]$/.test(asked) ? '' : mark}`];
};

/** What is pasted below or between: an earlier answer, a log. */
const pasted = (writing: Writing, share: number): readonly string[] => {
  const { random, topic, ways } = writing;
  const { one } = speaker(writing);
  const [logs, replies] = [section(topic, 'log'), section(topic, 'reply')];
  if (logs.length > 0 && chance(random, share)) return [one(logs)];
  if (replies.length === 0 || !chance(random, share)) return [];
  const quoted = one(replies)
    .split('\n')
    .map((line) => `> ${line}`);
  return [[one(section(ways, 'quoted')), ...quoted].join('\n')];
};

const mail = (writing: Writing): Written => {
  const { random, customer, topic, ways } = writing;
  const { one, some } = speaker(writing);
  const { way } = customer;
  const style = way === 'polite' || way === 'business' ? 'polite' : way === 'angry' ? 'angry' : 'plain';
  const opening = way === 'brief' || chance(random, 0.06) ? [] : [one(section(ways, `opening-${style}`))];
  const context = way === 'chatty' || chance(random, 0.09) ? [one(section(ways, 'context'))] : [];
  const problem = pick(random, section(topic, 'problem'));
  const beside = (name: string): readonly Phrase[] => fitting(section(topic, name), problem);
  const details = some(beside('detail'), pickWeighted(random, detailCounts(way)));
  const asks = some(
    beside('ask'),
    way === 'chatty'
      ? 2
      : pickWeighted(random, [
          [0, 0.14],
          [1, 0.68],
          [2, 0.18],
        ]),
  );
  const heat = way === 'angry' ? some(section(ways, 'heat'), pick(random, [1, 1, 2])) : [];
  const thanks = style === 'polite' && chance(random, 0.35) ? [one(section(ways, 'thanks'))] : [];
  const said = [...context, one([problem]), ...details].map(capitalised);
  const asked = [...heat, ...asks, ...secondQuestion(writing), ...thanks];
  const between = chance(random, 0.42) ? '\n\n' : ' ';
  const paste = pasted(writing, 0.12);
  const main = [said.join(' '), ...paste, asked.join(' ')]
    .filter((part) => part !== '')
    .join(paste.length > 0 ? '\n\n' : between);
  const body = [...opening, main, signed(writing, style)].filter((part) => part !== '').join(chance(random, 0.5) ? '\n\n' : '\n');
  const subject = capitalised(one(beside('subject')));
  return {
    gist: [...said, ...asked].join(' '),
    subject: withTypos(subjectLine(subject, writing), customer.typoShare, random),
    body: withTypos(body, customer.typoShare, random),
  };
};

const detailCounts = (way: Customer['way']): readonly (readonly [number, number])[] =>
  way === 'brief'
    ? [
        [0, 0.35],
        [1, 0.65],
      ]
    : way === 'chatty'
      ? [
          [2, 0.5],
          [3, 0.5],
        ]
      : [
          [0, 0.1],
          [1, 0.45],
          [2, 0.33],
          [3, 0.12],
        ];

const subjectLine = (subject: string, { random, customer }: Writing): string => {
  if (customer.way === 'angry' && chance(random, 0.2)) return `${subject.toUpperCase()}${pick(random, ['', '!', '!!'])}`;
  return chance(random, 0.06) ? `${pick(random, ['Re:', 'Fwd:', 'Re: Re:', 'AW:'])} ${subject}` : subject;
};

const signed = (writing: Writing, style: 'polite' | 'plain' | 'angry'): string => {
  const { random, customer, ways } = writing;
  const { one } = speaker(writing);
  if (customer.way === 'brief' && chance(random, 0.5)) return '';
  if (customer.way === 'business') return `${one(section(ways, 'closing-polite'))}\n${one(section(ways, 'business-sign'))}`;
  const name = style === 'plain' && chance(random, 0.6) ? customer.given : customer.fullName;
  const closing = style === 'angry' || chance(random, 0.2) ? name : `${one(section(ways, `closing-${style}`))}\n${name}`;
  return chance(random, 0.08) ? `${closing}\n\n${one(section(ways, 'sign'))}` : closing;
};

const form = (writing: Writing): Written => {
  const { random, customer, topic, ways } = writing;
  const { one, some } = speaker(writing);
  const problem = pick(random, section(topic, 'problem'));
  const beside = (name: string): readonly Phrase[] => fitting(section(topic, name), problem);
  const details = some(
    beside('detail'),
    pickWeighted(random, [
      [0, 0.22],
      [1, 0.5],
      [2, 0.28],
    ]),
  );
  const asks = some(
    beside('ask'),
    pickWeighted(random, [
      [0, 0.25],
      [1, 0.7],
      [2, 0.05],
    ]),
  );
  const heat = customer.way === 'angry' ? [one(section(ways, 'heat'))] : [];
  const frame = chance(random, 0.06) ? [one(section(ways, 'web-frame'))] : [];
  const said = [one([problem]), ...details, ...heat, ...asks, ...secondQuestion(writing), ...frame].map(capitalised).join(' ');
  const body = [said, ...pasted(writing, 0.07), ...(chance(random, 0.2) ? [customer.fullName] : [])].join('\n\n');
  return {
    gist: said,
    subject: withTypos(capitalised(one(beside('subject'))), customer.typoShare, random),
    body: withTypos(body, customer.typoShare, random),
  };
};

const chat = (writing: Writing): Written => {
  const { random, customer, topic, ways } = writing;
  const { one, some } = speaker(writing);
  // Some people write whole sentences in a chat.
  const line = chance(random, 0.33) ? wholeSentences(writing) : one(section(topic, 'chat'));
  const more = some(
    section(topic, 'more'),
    pickWeighted(random, [
      [0, 0.3],
      [1, 0.46],
      [2, 0.24],
    ]),
  );
  const hello = chance(random, 0.3) ? [one(section(ways, 'chat-hello'))] : [];
  const bye = chance(random, 0.18) ? [one(section(ways, 'chat-bye'))] : [];
  const joint = pick(random, [', ', '. ', '\n', ' - ', '\n']);
  const said = [...hello, line, ...more, ...bye].reduce((text, next) =>
    /[.?!:)]$/.test(text) ? `${text}${joint === '\n' ? '\n' : ' '}${next}` : `${text}${joint}${next}`,
  );
  const subjects = section(topic, 'subject').filter(({ tags }) => tags.length === 0);
  const subject =
    subjects.length > 0 && chance(random, 0.3)
      ? one(subjects)
      : line
          .split(/\s+/)
          .slice(0, 5)
          .join(' ')
          .replace(/[,.;:-]+$/, '');
  return {
    gist: [line, ...more].join(' '),
    subject: asChat(subject, random),
    body: withTypos(asChat(said, random), customer.typoShare + 0.008, random),
  };
};

const wholeSentences = (writing: Writing): string => {
  const { one } = speaker(writing);
  const problem = pick(writing.random, section(writing.topic, 'problem'));
  const asks = fitting(section(writing.topic, 'ask'), problem);
  return [one([problem]), ...(chance(writing.random, 0.5) && asks.length > 0 ? [one(asks)] : [])].join(' ');
};
