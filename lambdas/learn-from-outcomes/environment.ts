import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  TICKETS_TABLE: z.string().min(1),
  QUARANTINE_TABLE: z.string().min(1),
  DATA_BUCKET: z.string().min(1),
  BUS_NAME: z.string().min(1),
  TICKET_RETENTION_DAYS: z.coerce.number().int().min(1),
  /** An outcome may overtake its ticket; after so many deliveries the ticket is taken for unknown. */
  DELIVERIES_TO_WAIT_FOR_TICKET: z.coerce.number().int().min(1),
});
export type Environment = z.input<typeof environmentSchema>;
