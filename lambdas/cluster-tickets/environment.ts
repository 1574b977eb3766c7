import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  TICKETS_TABLE: z.string().min(1),
  TOPICS_TABLE: z.string().min(1),
  BUS_NAME: z.string().min(1),
  /** Endpoint names are this prefix and a version number, e.g. `signalbox-dev-clustering-v`. */
  CLUSTERING_ENDPOINT_PREFIX: z.string().min(1),
  SCORING_DEADLINE_MS: z.coerce.number().int().min(100).max(60_000),
  TICKET_RETENTION_DAYS: z.coerce.number().int().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
