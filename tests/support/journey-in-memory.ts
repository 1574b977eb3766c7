import type { BusEvent } from '../../core/contracts/bus-event.ts';
import type { RescoreRequest } from '../../core/contracts/ticket-event.ts';
import type { Outcome, OutcomeRecords } from '../../core/learn/learn-from-outcomes.ts';
import { createLearnFromOutcomes } from '../../core/learn/learn-from-outcomes.ts';
import type { Bus, Quarantine, QuarantineRecord, TextStore } from '../../core/ports.ts';
import type { Pause } from '../../core/pause/pauses.ts';
import { EMPTY_POINTER } from '../../core/retrain/pointer.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import type { Receipt, StoredDecision, TicketState } from '../../core/route/arrival.ts';
import { DEFAULT_POLICY } from '../../core/route/policy.ts';
import { createRescoreTickets } from '../../core/route/rescore-tickets.ts';
import type { RescoreQueue } from '../../core/route/rescore-queue.ts';
import { createRouteTickets } from '../../core/route/route-tickets.ts';
import { createTicketScoring } from '../../core/route/score-tickets.ts';
import type { RoutingScorer } from '../../core/route/scorer.ts';
import type { TicketRecords } from '../../core/route/ticket-records.ts';
import { NOW_MS } from './ticket-events.ts';

type StateItem = Omit<TicketState, 'settledByPerson'> & { readonly settledOrder?: string };

/** What the journey has stored, and its records over that. */
export const recordsInMemory = () => {
  const receipts = new Map<string, Receipt>();
  const decisions = new Map<string, StoredDecision>();
  const states = new Map<string, StateItem>();
  const outcomes = new Map<string, Outcome>();
  const keepReceipt = async (receipt: Receipt): Promise<Receipt | undefined> => {
    const key = JSON.stringify(receipt.eventKey);
    const earlier = receipts.get(key);
    if (!earlier) receipts.set(key, receipt);
    return Promise.resolve(earlier);
  };
  const tickets: TicketRecords = {
    keepReceipt,
    readStates: async (ticketIds) =>
      Promise.resolve(
        new Map(
          ticketIds.flatMap((ticketId) => {
            const item = states.get(ticketId);
            if (!item) return [];
            const { settledOrder, ...state } = item;
            return [[ticketId, { ...state, settledByPerson: settledOrder !== undefined }] as const];
          }),
        ),
      ),
    readDecision: async (_ticketId, decisionId) => Promise.resolve(decisions.get(decisionId)),
    keepDecision: async (stored) => {
      const earlier = decisions.get(stored.decision.id);
      if (!earlier) decisions.set(stored.decision.id, stored);
      return Promise.resolve(earlier ?? stored);
    },
    keepState: async ({ ticket, decision }) => {
      const item = states.get(ticket.ticketId);
      if (item && item.ticket.orderKey >= ticket.orderKey) return Promise.resolve('superseded');
      states.set(ticket.ticketId, { ...item, ticket, decision });
      return Promise.resolve('stored');
    },
    replaceDecision: async (stored) => {
      const item = states.get(stored.decision.ticketId);
      const present = item?.decision.decision;
      const replaceable =
        present?.attempt === 'first' || (present !== undefined && JSON.stringify(present) === JSON.stringify(stored.decision));
      if (!item || !replaceable || item.ticket.orderKey !== stored.decision.orderKey || item.settledOrder !== undefined) {
        return Promise.resolve('superseded');
      }
      states.set(stored.decision.ticketId, { ...item, decision: stored });
      return Promise.resolve('stored');
    },
  };
  const learning: OutcomeRecords = {
    keepReceipt,
    readTickets: async (ticketIds) =>
      Promise.resolve(
        new Map(
          ticketIds.flatMap((ticketId) => {
            const item = states.get(ticketId);
            return item ? [[ticketId, item.ticket] as const] : [];
          }),
        ),
      ),
    keepOutcome: async (outcome) => {
      outcomes.set(JSON.stringify([outcome.ticketId, outcome.orderKey, outcome.eventKey]), outcome);
      return Promise.resolve();
    },
    settle: async (outcome) => {
      const item = states.get(outcome.ticketId);
      if (item && (item.settledOrder === undefined || item.settledOrder < outcome.orderKey)) {
        states.set(outcome.ticketId, { ...item, settledOrder: outcome.orderKey });
      }
      return Promise.resolve();
    },
  };
  return { receipts, decisions, states, outcomes, tickets, learning };
};

/** @param refuses says of an event, or of a whole call before it is looked at, that the bus does not take it */
export const busInMemory = () => {
  const published: BusEvent[] = [];
  const bus: Bus = {
    publish: async (events) => {
      published.push(...events);
      return Promise.resolve(new Map());
    },
  };
  return { published, bus };
};

/** What the model in memory finds similar to every ticket: one more than a decision keeps. */
const SIMILAR = [0.9, 0.8, 0.7, 0.6].map((similarity, at) => ({
  ticketId: `P-${at + 1}`,
  similarity,
  labels: { team: 'billing' },
}));

/** A model that sends tickets with "refund" to billing and is unsure about all others; counts its calls. */
export const scorerInMemory = (): RoutingScorer & {
  readonly calls: { readonly version: number; readonly ids: readonly string[] }[];
} => {
  const calls: { readonly version: number; readonly ids: readonly string[] }[] = [];
  return {
    calls,
    score: async (version, instances) => {
      calls.push({ version, ids: instances.map(({ id }) => id) });
      return Promise.resolve({
        model: { name: 'routing', version: String(version) },
        predictions: new Map(
          instances.map(({ id, text }) => [
            id,
            {
              id,
              heads: {
                team: {
                  label: 'billing',
                  probability: /refund/i.test(text) ? 0.9 : 0.3,
                  alternatives: [],
                  known: true,
                  threshold: 0.5,
                },
              },
              embedding: `embedding of call ${calls.length}`,
              embeddingSpace: 'tests',
              explanation: { team: [{ feature: 'refund', contribution: 1.5 }] },
              explained: { team: { score: 2, others: 0.1, remainder: 0.4 } },
              similar: SIMILAR,
            },
          ]),
        ),
      });
    },
  };
};

interface JourneyOptions {
  readonly pointer?: Partial<Pointer>;
  readonly scorer?: RoutingScorer;
  readonly abortAfter?: (ms: number) => AbortSignal;
  /** Stands between the domain and a port. */
  readonly around?: <Port extends object>(port: Port, name: string) => Port;
}

/** Few, so that a test can sit them out. */
export const DELIVERIES_TO_WAIT_FOR_TICKET = 4;

/** Routing, rescoring and learning over ports in memory, with a clock that a test moves. */
export const journeyInMemory = ({
  pointer = { champion: 1 },
  scorer,
  abortAfter,
  around = (port) => port,
}: JourneyOptions = {}) => {
  const records = recordsInMemory();
  const { published, bus } = busInMemory();
  const quarantined: QuarantineRecord[] = [];
  const texts = new Map<string, string>();
  const asked: RescoreRequest[] = [];
  const clock = { nowMs: NOW_MS, now: (): number => clock.nowMs };
  const live: { pointer: Pointer; pause: Pause | undefined } = {
    pointer: { ...EMPTY_POINTER, revision: 1, ...pointer },
    pause: undefined,
  };
  const model = scorer ?? scorerInMemory();
  const quarantine: Quarantine = {
    keep: async (record) => {
      if (!quarantined.some(({ messageId }) => messageId === record.messageId)) quarantined.push(record);
      return Promise.resolve();
    },
  };
  const textStore: TextStore = {
    keep: async (ref, text) => {
      texts.set(ref, text);
      return Promise.resolve();
    },
  };
  const rescoreQueue: RescoreQueue = {
    ask: async (request) => {
      asked.push(request);
      return Promise.resolve();
    },
  };
  const deps = {
    records: around(records.tickets, 'records'),
    quarantine: around(quarantine, 'quarantine'),
    texts: around(textStore, 'texts'),
    bus: around(bus, 'bus'),
    rescoreQueue: around(rescoreQueue, 'rescoreQueue'),
    readLive: async () => Promise.resolve({ ...live }),
    scoreTickets: createTicketScoring({
      scorer: model,
      clock,
      deadlineMs: 20_000,
      abortAfter: abortAfter ?? (() => new AbortController().signal),
    }),
    policy: DEFAULT_POLICY,
    clock,
  };
  return {
    ...records,
    published,
    quarantined,
    texts,
    asked,
    clock,
    live,
    route: createRouteTickets(deps),
    rescore: createRescoreTickets(deps),
    learn: createLearnFromOutcomes({
      ...deps,
      records: around(records.learning, 'records'),
      deliveriesToWaitForTicket: DELIVERIES_TO_WAIT_FOR_TICKET,
    }),
  };
};

export type Journey = ReturnType<typeof journeyInMemory>;

/** A port whose calls of one method answer as the test says; all others go through. */
export const withMethod =
  (name: string, method: string, answer: (call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>) =>
  <Port extends object>(port: Port, portName: string): Port =>
    portName === name
      ? new Proxy(port, {
          get: (target, property) => {
            const original: unknown = Reflect.get(target, property);
            if (property !== method || typeof original !== 'function') return original;
            return (...args: readonly unknown[]) => answer(() => Reflect.apply(original, target, args), args);
          },
        })
      : port;
