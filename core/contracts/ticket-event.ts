import { z } from 'zod';

/** Largest message body that is taken in; larger ones are quarantined with their text on S3. */
export const MAX_EVENT_BYTES = 128 * 1024;

/** Largest share of a ticket's text that events and table items carry; the rest lies on S3 behind a reference. */
export const MAX_CARRIED_TEXT_BYTES = 32 * 1024;

/** Longest identifier in bytes of UTF-8: stores limit the keys that are built of them. */
const MAX_IDENTIFIER_BYTES = 300;

const identifier = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((id) => id.isWellFormed(), 'expected whole Unicode characters, found half of one')
  .refine(
    (id) => new TextEncoder().encode(id).length <= MAX_IDENTIFIER_BYTES,
    `expected at most ${MAX_IDENTIFIER_BYTES} bytes of UTF-8`,
  );

/** CloudEvents 1.0 attributes (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md); extensions pass through. */
const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: identifier.describe('Unique within its source; an event that is sent again keeps it, and changes nothing.'),
  source: identifier.describe('Which tool sends it, such as "helpdesk".'),
  subject: identifier.describe("The ticket's id."),
  time: z.iso.datetime({ offset: true }).describe('When it happened; at most ten minutes ahead of the clock.'),
  datacontenttype: z.literal('application/json').optional(),
});

const ticketVersion = z
  .int()
  .min(1)
  .max(2_000_000_000)
  .describe("The ticket's own revision, counted up by the support tool; it orders events before their time does.");

const ticketContent = z.object({
  version: ticketVersion,
  subject: z.string().default('').describe('One line; it may be empty.'),
  body: z.string().describe('What the customer wrote, as plain text.'),
  channel: z.string().max(100).optional().describe('How it came in, such as "email".'),
  requester: z.string().max(300).optional().describe('Who asked: an id of yours.'),
  language: z.string().max(35).optional().describe('BCP 47, such as "en-GB".'),
});

export const labelsSchema = z
  .record(z.string().min(1).max(100), z.string().min(1).max(200))
  .describe('Head → label as a person chose it, such as {"team":"billing","priority":"high"}.');

export const ticketCreatedSchema = cloudEvent.extend({ type: z.literal('ticket.created.v1'), data: ticketContent });
export const ticketUpdatedSchema = cloudEvent.extend({ type: z.literal('ticket.updated.v1'), data: ticketContent });

/** What people made of a ticket: where it really went, and how long it took. */
export const ticketResolvedSchema = cloudEvent.extend({
  type: z.literal('ticket.resolved.v1'),
  data: z.object({
    version: ticketVersion,
    labels: labelsSchema,
    resolvedBy: z.string().max(300).optional().describe('Who resolved it: an id of yours.'),
    handleTimeSeconds: z.number().min(0).optional().describe('How long people worked on it.'),
    reopened: z.boolean().optional().describe('Whether the customer came back after it had been resolved.'),
  }),
});

/** A person says where a ticket belongs, whether or not it is resolved: it overrules the model, and is learned from. */
export const ticketCorrectedSchema = cloudEvent.extend({
  type: z.literal('ticket.corrected.v1'),
  data: z.object({ version: ticketVersion, labels: labelsSchema, correctedBy: z.string().min(1).max(300) }),
});

export const ticketRatedSchema = cloudEvent.extend({
  type: z.literal('ticket.rated.v1'),
  data: z.object({
    version: ticketVersion,
    rating: z.int().min(1).max(5).describe('1 is worst, 5 is best.'),
    comment: z.string().max(10_000).optional(),
  }),
});

export type TicketCreated = z.infer<typeof ticketCreatedSchema>;
export type TicketUpdated = z.infer<typeof ticketUpdatedSchema>;
export type TicketResolved = z.infer<typeof ticketResolvedSchema>;
export type TicketCorrected = z.infer<typeof ticketCorrectedSchema>;
export type TicketRated = z.infer<typeof ticketRatedSchema>;

/** On the tickets queue. */
export const ticketEventSchemas = { 'ticket.created.v1': ticketCreatedSchema, 'ticket.updated.v1': ticketUpdatedSchema } as const;

/** On the outcomes queue. */
export const outcomeEventSchemas = {
  'ticket.resolved.v1': ticketResolvedSchema,
  'ticket.corrected.v1': ticketCorrectedSchema,
  'ticket.rated.v1': ticketRatedSchema,
} as const;

/** On the rescore queue, from ourselves: a decision that was made without the model and is to be made again. */
export const rescoreRequestSchema = z.object({
  type: z.literal('rescore.v1'),
  ticketId: identifier,
  orderKey: z.string().min(1),
  /** How many times the model has been asked for this ticket's version already. */
  attempt: z.int().min(1),
});
export type RescoreRequest = z.infer<typeof rescoreRequestSchema>;
