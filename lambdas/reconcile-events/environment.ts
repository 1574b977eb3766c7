import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  TICKETS_TABLE: z.string().min(1),
  DATA_BUCKET: z.string().min(1),
  BUS_NAME: z.string().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
