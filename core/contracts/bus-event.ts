import { z } from 'zod';
import { featureContributionSchema, similarTicketSchema, writtenInSchema } from './scoring.ts';
import { labelsSchema } from './ticket-event.ts';

/** `source` of everything that Signalbox puts on its bus. */
export const BUS_SOURCE = 'signalbox';

const probability = z.number().min(0).max(1);

/** A ticket's text after redaction, as far as events carry it. */
export const carriedTextSchema = z.object({
  subject: z.string(),
  body: z.string(),
  /** S3 key of the whole text where the body was cut to fit. */
  ref: z.string().optional(),
});

const headDecisionSchema = z.object({
  label: z.string(),
  probability,
  threshold: probability,
  accepted: z.boolean(),
  alternatives: z.array(z.object({ label: z.string(), probability })),
});

export const abstainReasonSchema = z.enum([
  'low-confidence',
  'out-of-scope',
  'no-text',
  'not-scored',
  'no-model',
  'degraded',
  'paused',
  'retired-label',
]);

export const decisionSchema = z.object({
  id: z.string(),
  ticketId: z.string(),
  ticketVersion: z.int(),
  /** Ticket version and event time as one sortable string. */
  orderKey: z.string(),
  attempt: z.enum(['first', 'rescored']),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('routed'), team: z.string(), probability }),
    z.object({ kind: z.literal('abstained'), reason: abstainReasonSchema }),
  ]),
  /** For a person: a sentence, and a second one where the ticket's language is none that the model's encoder knows. */
  because: z.string(),
  heads: z.record(z.string(), headDecisionSchema),
  features: z.array(featureContributionSchema),
  /** Up to three past tickets that this one resembles; decisions of earlier versions hold none. */
  similar: z.array(similarTicketSchema).default([]),
  ...writtenInSchema.shape,
  /** Names of the rules that led to the outcome, in order. */
  rules: z.array(z.string()),
  /** Probability with which the policy takes this action for this ticket. */
  propensity: z.number().gt(0).max(1),
  model: z.object({ name: z.string(), version: z.string() }).nullable(),
  policyRevision: z.int(),
  pointerRevision: z.int(),
  /** When the queue took the ticket's event in, and when the decision was made: milliseconds since the epoch. */
  queuedAtMs: z.number(),
  decidedAtMs: z.number(),
});

export const ticketRoutedSchema = z.object({
  id: z.string(),
  ticketId: z.string(),
  version: z.int(),
  orderKey: z.string(),
  time: z.string(),
  channel: z.string().optional(),
  text: carriedTextSchema,
  decision: decisionSchema,
  embedding: z.string().optional(),
  embeddingSpace: z.string().optional(),
});

export const ticketLearnedSchema = z.object({
  id: z.string(),
  ticketId: z.string(),
  time: z.string(),
  text: carriedTextSchema,
  labels: labelsSchema,
  /** Where the lesson comes from: a resolution, a person's correction, a rating, or imported history. */
  lesson: z.enum(['resolved', 'corrected', 'rated', 'imported']),
  rating: z.int().min(1).max(5).optional(),
  handleTimeSeconds: z.number().optional(),
  reopened: z.boolean().optional(),
  /** When the source of imported history was written: of two lessons about one ticket and time the later one counts. */
  recordedAt: z.string().optional(),
});

export const topicEmergingSchema = z.object({
  id: z.string(),
  candidateId: z.string(),
  firstSeen: z.string(),
  noticedAt: z.string(),
  ticketIds: z.array(z.string()),
  /** What its tickets say and others of the same hours do not, the best first; none where they share no words of their own. */
  phrases: z.array(z.string()),
});

/** One line of the event log (`events/dt=YYYY-MM-DD/*.jsonl.gz`). Readers drop repeated ids. */
export const eventLogLineSchema = z.object({
  id: z.string(),
  type: z.string(),
  /** When the bus took the event in. */
  time: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** What EventBridge puts on a queue behind a rule. */
export const busEnvelopeSchema = z.object({
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  time: z.string(),
  detail: z.unknown(),
});

export type CarriedText = z.infer<typeof carriedTextSchema>;
export type AbstainReason = z.infer<typeof abstainReasonSchema>;
export type HeadDecision = z.infer<typeof headDecisionSchema>;
export type Decision = z.infer<typeof decisionSchema>;
export type TicketRouted = z.infer<typeof ticketRoutedSchema>;
export type TicketLearned = z.infer<typeof ticketLearnedSchema>;
export type TopicEmerging = z.infer<typeof topicEmergingSchema>;
export type EventLogLine = z.infer<typeof eventLogLineSchema>;

/** An event on its way to the bus. */
export type BusEvent =
  | { readonly type: 'ticket.routed'; readonly detail: TicketRouted }
  | { readonly type: 'ticket.learned'; readonly detail: TicketLearned }
  | { readonly type: 'topic.emerging'; readonly detail: TopicEmerging };
