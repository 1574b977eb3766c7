import type { Random } from '../../model/random.ts';
import type { Topic } from '../company/topics.ts';
import type { Customer, Language } from './customers.ts';
import { chance, pick } from './draw.ts';
import type { Channel, Material } from './material.ts';
import { say } from './phrases.ts';
import type { Phrase } from './phrases.ts';
import { slotsFor } from './slots.ts';
import { writeForeign } from './write-foreign.ts';
import { writeText } from './write-text.ts';
import type { Text, Written } from './write-text.ts';

export interface Task {
  readonly material: Material;
  readonly topic: Topic;
  readonly second: Topic | undefined;
  readonly channel: Channel;
  readonly customer: Customer;
  readonly timeMs: number;
  readonly random: Random;
  /** Fingerprints of what was written before; the new text's is added. */
  readonly written: Set<string>;
}

export interface Draft extends Written {
  /** True where the text asks the second question. */
  readonly second: boolean;
  /** That the text is written in; somebody who speaks another one writes English, too. */
  readonly language: Language;
}

/** One whole foreign text is written at most so often. */
const FOREIGN_USES = 4;
const TRIES = 12;

/** Writes a ticket that nobody wrote before: where its sentences were put together so already, it is written anew. */
export const writeTicket = (task: Task): Draft => {
  const { written } = task;
  for (let attempt = 1; ; attempt++) {
    const draft = write(task);
    const print = fingerprint(draft);
    if (!written.has(exact(draft)) && (attempt > TRIES || !written.has(print))) {
      written.add(print).add(exact(draft));
      return draft;
    }
  }
};

const write = ({ material, topic, second, channel, customer, timeMs, random, written }: Task): Draft => {
  const phrases = material.phrases.get(topic.id)!;
  const asides = second ? (material.phrases.get(second.id)?.get('aside') ?? []) : [];
  const aside: Phrase | undefined = channel !== 'chat' && asides.length > 0 ? pick(random, asides) : undefined;
  const slot = slotsFor(random, { customer, timeMs });
  const asideSlot = slotsFor(random, { customer, timeMs });
  const writing = {
    random,
    customer,
    topic: phrases,
    ways: material.ways,
    slot,
    second: aside && (() => say(aside, random, asideSlot)),
  };
  const foreign = customer.language === 'en' ? [] : (phrases.get(customer.language) ?? []);
  const free = [...foreign.keys()].find((at) => uses(written, `${topic.id}/${customer.language}/${at}`) < FOREIGN_USES);
  if (free !== undefined && chance(random, 0.9)) {
    const mark = `${topic.id}/${customer.language}/${free}`;
    written.add(`${mark}#${uses(written, mark)}`);
    return { ...writeForeign(customer.language, foreign[free]!, channel, writing), second: false, language: customer.language };
  }
  return { ...writeText(channel, writing), second: aside !== undefined, language: 'en' };
};

const uses = (written: ReadonlySet<string>, mark: string): number => {
  let count = 0;
  while (written.has(`${mark}#${count}`)) count++;
  return count;
};

const exact = ({ subject, body }: Text): string =>
  `${subject}\n${body}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The text without numbers and names of days: what two tickets made of the same sentences have in common. */
const fingerprint = ({ gist }: Written): string =>
  gist
    .toLowerCase()
    .replaceAll(/\p{N}+|(?:mon|tues|wednes|thurs|fri|satur|sun)day/gu, '')
    .replaceAll(/[^\p{L}]+/gu, ' ');
