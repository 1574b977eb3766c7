import type { Clock } from '../clock.ts';
import { isPermanent } from '../errors.ts';
import type { TicketLearned } from '../contracts/bus-event.ts';
import { receiveOutcomeEvent } from '../event/receive.ts';
import type { OutcomeEvent } from '../event/receive.ts';
import { afterFailure, idReused, setAside } from '../event/set-aside.ts';
import type { NotProcessed } from '../event/set-aside.ts';
import { eventKeyText, orderKeyOf } from '../event/ticket.ts';
import type { EventKey, Ticket } from '../event/ticket.ts';
import type { Bus, InboundMessage, Quarantine } from '../ports.ts';
import type { Receipt } from '../route/arrival.ts';

/** What people made of a ticket, as it is kept. */
export interface Outcome {
  readonly ticketId: string;
  readonly eventKey: EventKey;
  /** Orders outcomes of a ticket: version, then time. */
  readonly orderKey: string;
  readonly time: string;
  readonly lesson: 'resolved' | 'corrected' | 'rated';
  readonly labels: Readonly<Record<string, string>>;
  readonly rating: number | undefined;
  readonly handleTimeSeconds: number | undefined;
  readonly reopened: boolean | undefined;
  readonly resolvedBy: string | undefined;
  readonly correctedBy: string | undefined;
}

export interface OutcomeRecords {
  /** Keeps the receipt unless there is one under its key already; returns the one that was there. */
  keepReceipt(receipt: Receipt): Promise<Receipt | undefined>;
  readTickets(ticketIds: readonly string[]): Promise<ReadonlyMap<string, Ticket>>;
  /** Keeps the outcome; keeping it again changes nothing. */
  keepOutcome(outcome: Outcome): Promise<void>;
  /** Notes on the ticket's state where people sent it, unless a later outcome has been noted. */
  settle(outcome: Outcome): Promise<void>;
}

export interface LearnDeps {
  /** An outcome may overtake its ticket; after so many deliveries the ticket is taken for unknown. */
  readonly deliveriesToWaitForTicket: number;
  readonly records: OutcomeRecords;
  readonly quarantine: Quarantine;
  readonly bus: Bus;
  readonly clock: Clock;
}

export type LearnOutcome = { readonly kind: 'learned'; readonly messageId: string; readonly ticketId: string } | NotProcessed;

interface Accepted {
  readonly message: InboundMessage;
  readonly outcome: Outcome;
  readonly receipt: Receipt;
}

/** Takes in what people made of tickets: stores it, notes it on the ticket, and publishes it as a lesson for training. */
export const createLearnFromOutcomes =
  (deps: LearnDeps) =>
  async (messages: readonly InboundMessage[]): Promise<readonly LearnOutcome[]> => {
    const results: LearnOutcome[] = [];
    const accepted: Accepted[] = [];
    for (const message of messages) {
      const received = receiveOutcomeEvent(message.body, deps.clock.now());
      if (received.kind === 'refused') results.push(await setAside(deps, 'outcomes', message, received.reason));
      else {
        const outcome = outcomeFrom(received.event);
        accepted.push({ message, outcome, receipt: { eventKey: outcome.eventKey, contentHash: received.contentHash } });
      }
    }
    return [...results, ...(accepted.length > 0 ? await learnBatch(deps, accepted) : [])];
  };

const learnBatch = async (deps: LearnDeps, accepted: readonly Accepted[]): Promise<readonly LearnOutcome[]> => {
  let tickets: ReadonlyMap<string, Ticket>;
  try {
    tickets = await deps.records.readTickets(accepted.map(({ outcome }) => outcome.ticketId));
  } catch (error) {
    // A ticket that nobody can read fails its own outcomes, not those that it was read with.
    if (isPermanent(error) && accepted.length > 1)
      return (await Promise.all(accepted.map((one) => learnBatch(deps, [one])))).flat();
    return Promise.all(accepted.map(({ message }) => afterFailure(deps, 'outcomes', message, error)));
  }
  const learned = await Promise.all(accepted.map((one) => learn(deps, one, tickets.get(one.outcome.ticketId))));
  return publish(deps, learned);
};

type Learned = { readonly result: LearnOutcome; readonly lesson?: TicketLearned };

const learn = async (deps: LearnDeps, { message, outcome, receipt }: Accepted, ticket: Ticket | undefined): Promise<Learned> => {
  const { messageId } = message;
  const { ticketId } = outcome;
  try {
    if (!ticket) {
      if (message.receiveCount <= deps.deliveriesToWaitForTicket) {
        return { result: { kind: 'retry', messageId, error: new Error(`ticket ${ticketId} is not known yet`) } };
      }
      const sentence = `The outcome is for ticket ${ticketId}, which Signalbox has not seen; send the ticket's event first, then retry this one.`;
      return { result: await setAside(deps, 'outcomes', message, { code: 'unknown-ticket', sentence }) };
    }
    const earlier = await deps.records.keepReceipt(receipt);
    if (earlier && earlier.contentHash !== receipt.contentHash) {
      return { result: await setAside(deps, 'outcomes', message, idReused(receipt.eventKey)) };
    }
    await deps.records.keepOutcome(outcome);
    if (outcome.lesson !== 'rated') await deps.records.settle(outcome);
    return { result: { kind: 'learned', messageId, ticketId }, lesson: lessonFrom(outcome, ticket) };
  } catch (error) {
    return { result: await afterFailure(deps, 'outcomes', message, error) };
  }
};

const publish = async (deps: LearnDeps, learned: readonly Learned[]): Promise<readonly LearnOutcome[]> => {
  const lessons = learned.flatMap(({ lesson }) => lesson ?? []);
  let refused: ReadonlyMap<string, string> = new Map();
  let failure: unknown;
  if (lessons.length > 0) {
    try {
      refused = await deps.bus.publish(lessons.map((detail) => ({ type: 'ticket.learned', detail })));
    } catch (error) {
      failure = error;
    }
  }
  return learned.map(({ result, lesson }) => {
    const problem = lesson && (failure ?? refused.get(lesson.id));
    return problem === undefined ? result : { kind: 'retry', messageId: result.messageId, error: problem };
  });
};

const outcomeFrom = (event: OutcomeEvent): Outcome => {
  const time = new Date(event.time).toISOString();
  const common = {
    ticketId: event.subject,
    eventKey: { source: event.source, id: event.id },
    orderKey: orderKeyOf(event.data.version, time),
    time,
  };
  switch (event.type) {
    case 'ticket.rated.v1':
      return { ...UNSAID, ...common, lesson: 'rated', labels: {}, rating: event.data.rating };
    case 'ticket.corrected.v1':
      return { ...UNSAID, ...common, lesson: 'corrected', labels: event.data.labels, correctedBy: event.data.correctedBy };
    case 'ticket.resolved.v1': {
      const { labels, handleTimeSeconds, reopened, resolvedBy } = event.data;
      return { ...UNSAID, ...common, lesson: 'resolved', labels, handleTimeSeconds, reopened, resolvedBy };
    }
  }
};

/** What an outcome may say besides its labels. */
const UNSAID = {
  rating: undefined,
  handleTimeSeconds: undefined,
  reopened: undefined,
  resolvedBy: undefined,
  correctedBy: undefined,
};

/** The id of the lesson that is published of an outcome: the same on every try, so that repeats can be told. */
export const lessonId = ({ lesson, eventKey }: Pick<Outcome, 'lesson' | 'eventKey'>): string =>
  `${lesson}#${eventKeyText(eventKey)}`;

/** What an outcome teaches, with the ticket's text as it is known now. */
export const lessonFrom = (outcome: Outcome, ticket: Pick<Ticket, 'text'>): TicketLearned => ({
  id: lessonId(outcome),
  ticketId: outcome.ticketId,
  time: outcome.time,
  text: ticket.text,
  labels: outcome.labels,
  lesson: outcome.lesson,
  rating: outcome.rating,
  handleTimeSeconds: outcome.handleTimeSeconds,
  reopened: outcome.reopened,
});
