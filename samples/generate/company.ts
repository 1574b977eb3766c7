import { seededRandom } from '../../model/random.ts';
import type { Random } from '../../model/random.ts';
import { teamNameAt } from '../company/teams.ts';
import type { TeamId } from '../company/teams.ts';
import { INCIDENT } from '../company/topics.ts';
import type { Topic } from '../company/topics.ts';
import { dayMean, DAY_MS, drawTime, END_MS, HOUR_MS, STORY_WEEKS, trendFactor } from './calendar.ts';
import { drawCustomer } from './customers.ts';
import type { Customer, Language } from './customers.ts';
import { between, chance, pick, pickWeighted, poisson } from './draw.ts';
import { letterDesk } from './letter-desk.ts';
import type { Channel, Letter, Material, Priority } from './material.ts';
import { drawOutcome, drawPriority, drawTeam, drawWorkflow } from './outcome.ts';
import { writeTicket } from './write-ticket.ts';

export interface CompanyOptions {
  /** The same seed and the same other options make the same tickets, on every machine. */
  readonly seed: number;
  /** The last so many weeks of the story, 1 to 16. */
  readonly weeks: number;
  /** Tickets of a mean week; those of the incident come on top. */
  readonly ticketsPerWeek: number;
}

/** Sixteen weeks and some 12,700 tickets. */
export const WHOLE_COMPANY: CompanyOptions = { seed: 1, weeks: STORY_WEEKS, ticketsPerWeek: 790 };

export interface SampleTicket {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly channel: Channel;
  readonly subject: string;
  readonly body: string;
  readonly requester: string;
  readonly labels: { readonly team: string; readonly priority: Priority; readonly workflow?: string };
}

/** What came of a ticket in the end. */
export interface SampleOutcome {
  readonly resolvedAt: string;
  /** Id of the agent. */
  readonly resolvedBy: string;
  readonly handleTimeSeconds: number;
  readonly reopened: boolean;
  readonly rating?: number;
}

export interface CompanyTicket {
  readonly ticket: SampleTicket;
  readonly outcome: SampleOutcome;
  /** What its author had in mind: to judge by. No model may be given it. */
  readonly topic: string;
  /** That it is written in: to judge by, too. Undefined for a whole letter. */
  readonly language: Language | undefined;
}

/** Share of tickets from somebody who wrote before. */
const AGAIN_SHARE = 0.3;
/** Share of tickets with a second question on another topic. */
const SECOND_SHARE = 0.08;

const CHANNEL_SHARES = [
  ['email', 0.45],
  ['chat', 0.29],
  ['web', 0.26],
] as const satisfies readonly (readonly [Channel, number])[];

/** The company's tickets, oldest first, one day at a time in memory. Pure: the same arguments give the same tickets. */
export function* generateCompany(material: Material, { seed, weeks, ticketsPerWeek }: CompanyOptions): Generator<CompanyTicket> {
  const random = seededRandom(seed);
  const days = Math.round(weeks * 7);
  const expected = (ticketsPerWeek / 7) * days;
  const desk = letterDesk(material.letters, expected, random);
  const customers: Customer[] = [];
  const written = new Set<string>();
  let number = 10_000_000 - weeks * 100_000;
  for (let day = END_MS - days * DAY_MS; day < END_MS; day += DAY_MS) {
    for (const { timeMs, topic } of arrivalsOf(material.topics, day, ticketsPerWeek, random)) {
      number += between(random, 1, 4);
      const customer = customerFor(customers, random);
      const second =
        topic.trend.kind !== 'incident' && chance(random, SECOND_SHARE)
          ? anotherTopic(material, topic, timeMs, random)
          : undefined;
      const letter = desk(topic);
      const channel = letter?.channel ?? pickWeighted(random, CHANNEL_SHARES);
      const draft = letter ?? writeTicket({ material, topic, second, channel, customer, timeMs, random, written });
      const asked = letter === undefined && 'second' in draft && draft.second ? second : undefined;
      yield ticketOf({ id: `C-${number}`, timeMs, topic, second: asked, channel, customer, letter, draft }, random);
    }
  }
}

interface Arrival {
  readonly timeMs: number;
  readonly topic: Topic;
}

const arrivalsOf = (topics: readonly Topic[], day: number, ticketsPerWeek: number, random: Random): readonly Arrival[] => {
  const weights = topics.map((topic) => [topic, topic.weight * trendFactor(topic.trend, day + DAY_MS / 2)] as const);
  const usual = Array.from({ length: poisson(random, dayMean(day, ticketsPerWeek)) }, () => ({
    timeMs: drawTime(random, day),
    topic: pickWeighted(random, weights),
  }));
  return [...usual, ...incidentOf(topics, day, random)].toSorted((a, b) => a.timeMs - b.timeMs);
};

const incidentOf = (topics: readonly Topic[], day: number, random: Random): readonly Arrival[] => {
  if (day !== END_MS - DAY_MS) return [];
  const topic = topics.find(({ id }) => id === INCIDENT.topic)!;
  const span = INCIDENT.lastHour - INCIDENT.firstHour;
  return Array.from({ length: INCIDENT.tickets }, () => ({
    timeMs: day + Math.round((INCIDENT.firstHour + random() * span) * 3_600) * (HOUR_MS / 3_600),
    topic,
  }));
};

const customerFor = (customers: Customer[], random: Random): Customer => {
  if (customers.length > 0 && chance(random, AGAIN_SHARE)) return pick(random, customers);
  const customer = drawCustomer(random);
  customers.push(customer);
  return customer;
};

const anotherTopic = ({ topics, phrases }: Material, than: Topic, timeMs: number, random: Random): Topic =>
  pickWeighted(
    random,
    topics
      .filter((topic) => topic !== than && phrases.get(topic.id)?.has('aside'))
      .map((topic) => [topic, topic.weight * trendFactor(topic.trend, timeMs)] as const),
  );

interface Sent {
  readonly id: string;
  readonly timeMs: number;
  readonly topic: Topic;
  /** The topic of the second question, where one was asked. */
  readonly second: Topic | undefined;
  readonly channel: Channel;
  readonly customer: Customer;
  readonly letter: Letter | undefined;
  readonly draft: { readonly subject: string; readonly body: string; readonly language?: Language };
}

const ticketOf = ({ id, timeMs, topic, second, channel, customer, letter, draft }: Sent, random: Random): CompanyTicket => {
  const team: TeamId = drawTeam(topic, second, random);
  const workflow = drawWorkflow(topic, team, random);
  const angry = letter === undefined && customer.way === 'angry';
  const priority = letter?.priority ?? drawPriority(topic, angry, random);
  const astray = !topic.teams.some(([name, share]) => name === team && share > 0.3);
  const { language } = customer;
  const outcome = drawOutcome({ timeMs, team, workflow, priority, language, angry, astray }, random);
  const time = new Date(timeMs).toISOString();
  return {
    topic: topic.id,
    language: draft.language,
    ticket: {
      id,
      time,
      channel,
      subject: draft.subject,
      body: draft.body,
      requester: letter?.requester ?? (channel === 'email' ? customer.mail : `cust-${customer.number}`),
      labels: { team: teamNameAt(team, time), priority, ...(workflow && { workflow: workflow.id }) },
    },
    outcome: {
      resolvedAt: new Date(outcome.resolvedAtMs).toISOString(),
      resolvedBy: outcome.agent.id,
      handleTimeSeconds: outcome.handleSeconds,
      reopened: outcome.reopened,
      ...(outcome.rating !== undefined && { rating: outcome.rating }),
    },
  };
};
