import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  MODELS_TABLE: z.string().min(1),
  /** A lock older than this is taken over: longer than the longest retraining. */
  LOCK_SECONDS: z.coerce.number().int().min(60),
});
export type Environment = z.input<typeof environmentSchema>;
