import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  ROUTING_ENDPOINT_PREFIX: z.string().min(1),
  CLUSTERING_ENDPOINT_PREFIX: z.string().min(1),
  STATE_MACHINE_ARN: z.string().min(1),
  SCHEDULE_NAME: z.string().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
