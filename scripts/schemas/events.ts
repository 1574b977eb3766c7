import { z } from 'zod';
import {
  BUS_SOURCE,
  busEnvelopeSchema,
  eventLogLineSchema,
  ticketLearnedSchema,
  ticketRoutedSchema,
  topicEmergingSchema,
} from '../../core/contracts/bus-event.ts';
import {
  ticketCorrectedSchema,
  ticketCreatedSchema,
  ticketRatedSchema,
  ticketResolvedSchema,
  ticketUpdatedSchema,
} from '../../core/contracts/ticket-event.ts';

/** Where messages of a kind travel. */
export type ChannelName = 'tickets' | 'outcomes' | 'bus' | 'log';

export interface PublishedEvent {
  /** Its type on the wire, and the name of its file. */
  readonly name: string;
  readonly channel: ChannelName;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
}

const cloudEvent = (type: string, data: object): object => ({
  specversion: '1.0',
  id: 'evt-81',
  source: 'helpdesk',
  type,
  subject: 'TICKET-1',
  time: '2026-11-22T10:15:00Z',
  data,
});

/** What EventBridge hands to a consumer behind a rule. */
const onTheBus = (type: string, detail: z.ZodType): z.ZodType =>
  busEnvelopeSchema.extend({ 'detail-type': z.literal(type), source: z.literal(BUS_SOURCE), detail });

const busExample = (type: string, detail: object): object => ({
  version: '0',
  id: '0d5cdcd2-6c5f-4ab2-a4b2-0d1c3f7f2a10',
  'detail-type': type,
  source: BUS_SOURCE,
  account: '123456789012',
  time: '2026-11-22T10:15:02Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

const text = { subject: 'Where is my refund?', body: 'I sent the lamp back three weeks ago and still have no money.' };
const orderKey = '0000000001#2026-11-22T10:15:00.000Z';

const decision = {
  id: `TICKET-1#${orderKey}#first`,
  ticketId: 'TICKET-1',
  ticketVersion: 1,
  orderKey,
  attempt: 'first',
  outcome: { kind: 'routed', team: 'billing', probability: 0.93 },
  because: 'billing with 93 %, because of "refund", "money".',
  heads: {
    team: {
      label: 'billing',
      probability: 0.93,
      threshold: 0.6,
      accepted: true,
      alternatives: [{ label: 'shipping', probability: 0.04 }],
    },
  },
  features: [{ feature: 'refund', contribution: 2.1 }],
  similar: [{ ticketId: 'TICKET-0', similarity: 0.81, labels: { team: 'billing' } }],
  rules: ['known', 'threshold'],
  propensity: 1,
  model: { name: 'routing', version: '12' },
  policyRevision: 1,
  pointerRevision: 7,
  queuedAtMs: 1_795_342_500_000,
  decidedAtMs: 1_795_342_500_430,
};

const learned = {
  id: 'resolved#helpdesk#evt-90',
  ticketId: 'TICKET-1',
  time: '2026-11-23T09:00:00.000Z',
  text,
  labels: { team: 'billing' },
  lesson: 'resolved',
  handleTimeSeconds: 540,
  reopened: false,
};

/** Everything that a producer sends or a consumer reads, with one example each. */
export const PUBLISHED_EVENTS: readonly PublishedEvent[] = [
  {
    name: 'ticket.created.v1',
    channel: 'tickets',
    title: 'A ticket was opened',
    description: 'Send it when a customer opens a ticket. At most 128 KiB as JSON.',
    schema: ticketCreatedSchema,
    example: cloudEvent('ticket.created.v1', { version: 1, ...text, channel: 'email', requester: 'customer-7', language: 'en' }),
  },
  {
    name: 'ticket.updated.v1',
    channel: 'tickets',
    title: "A ticket's text changed",
    description: 'Send it with the whole new text and a higher version. Versions that come late change nothing.',
    schema: ticketUpdatedSchema,
    example: cloudEvent('ticket.updated.v1', { version: 2, ...text, channel: 'email' }),
  },
  {
    name: 'ticket.resolved.v1',
    channel: 'outcomes',
    title: 'People resolved a ticket',
    description: 'Says where the ticket really belonged; the next training learns from it.',
    schema: ticketResolvedSchema,
    example: cloudEvent('ticket.resolved.v1', {
      version: 2,
      labels: { team: 'billing' },
      resolvedBy: 'agent-3',
      handleTimeSeconds: 540,
      reopened: false,
    }),
  },
  {
    name: 'ticket.corrected.v1',
    channel: 'outcomes',
    title: 'A person corrected where a ticket belongs',
    description:
      'Send it when a person moves a ticket that is not resolved yet. It overrules the model; the next training learns from it.',
    schema: ticketCorrectedSchema,
    example: cloudEvent('ticket.corrected.v1', { version: 2, labels: { team: 'billing' }, correctedBy: 'agent-3' }),
  },
  {
    name: 'ticket.rated.v1',
    channel: 'outcomes',
    title: 'The customer rated a ticket',
    description: 'Kept with the ticket.',
    schema: ticketRatedSchema,
    example: cloudEvent('ticket.rated.v1', { version: 3, rating: 5, comment: 'Quick and kind.' }),
  },
  {
    name: 'ticket.routed',
    channel: 'bus',
    title: 'Signalbox decided about a ticket',
    description: 'At least once for every ticket version; repeats have the same detail.id.',
    schema: onTheBus('ticket.routed', ticketRoutedSchema),
    example: busExample('ticket.routed', {
      id: decision.id,
      ticketId: 'TICKET-1',
      version: 1,
      orderKey,
      time: '2026-11-22T10:15:00.000Z',
      channel: 'email',
      text,
      decision,
    }),
  },
  {
    name: 'ticket.learned',
    channel: 'bus',
    title: 'Something was learned of a ticket',
    description: 'What people made of it, with its text after redaction.',
    schema: onTheBus('ticket.learned', ticketLearnedSchema),
    example: busExample('ticket.learned', learned),
  },
  {
    name: 'topic.emerging',
    channel: 'bus',
    title: 'Tickets that are more like one another than like the past',
    description: 'Once for each candidate.',
    schema: onTheBus('topic.emerging', topicEmergingSchema),
    example: busExample('topic.emerging', {
      id: 'emerging#candidate-3',
      candidateId: 'candidate-3',
      firstSeen: '2026-11-22T08:00:00.000Z',
      noticedAt: '2026-11-22T10:00:00.000Z',
      ticketIds: ['TICKET-1', 'TICKET-2'],
      phrases: ['E-417', 'PayPal'],
    }),
  },
  {
    name: 'event-log-line',
    channel: 'log',
    title: 'One line of the event log',
    description: 'Objects under events/dt=YYYY-MM-DD/ hold such lines, packed with gzip. Readers drop repeated ids.',
    schema: eventLogLineSchema,
    example: { id: learned.id, type: 'ticket.learned', time: learned.time, detail: learned },
  },
];
