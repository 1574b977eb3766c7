import { z } from 'zod';

/** The function's variables; its construct supplies every one of them. */
export const environmentSchema = z.object({
  DATA_BUCKET: z.string().min(1),
  /** How many days of the event log training reads. */
  TRAINING_WINDOW_DAYS: z.coerce.number().int().min(1),
  /** Where trainings keep what they have encoded with the encoder of the image. */
  CHECKPOINT_PREFIX: z.string().min(1),
  ENCODER_NAME: z.string().min(1),
  /** SHA-256 of its manifest. */
  ENCODER_HASH: z.string().min(1),
  /** Empty where nobody has measured it. */
  ENCODER_MS_PER_TICKET: z
    .string()
    .regex(/^(\d+(\.\d+)?)?$/u)
    .transform((text) => (Number(text) > 0 ? Number(text) : undefined)),
});
export type Environment = z.input<typeof environmentSchema>;
