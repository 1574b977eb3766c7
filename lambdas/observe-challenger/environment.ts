import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  DATA_BUCKET: z.string().min(1),
  /** Endpoint names are this prefix and a version number, e.g. `signalbox-dev-routing-v`. */
  ROUTING_ENDPOINT_PREFIX: z.string().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
