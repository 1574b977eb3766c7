import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  MODELS_TABLE: z.string().min(1),
  /** Endpoint names are one of these prefixes and a version number. */
  ROUTING_ENDPOINT_PREFIX: z.string().min(1),
  CLUSTERING_ENDPOINT_PREFIX: z.string().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
