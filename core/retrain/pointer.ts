import { z } from 'zod';

const version = z.int().min(1);

/**
 * Which versions serve. A version is a number; its endpoint is `<prefix>-routing-v<version>` (and `-clustering-v<version>`).
 * Every write raises `revision` under the condition that nobody else did.
 */
export const pointerSchema = z.object({
  revision: z.int().min(0),
  /** The version that serves, null before the first promotion. One version serves every head and the topics. */
  champion: version.nullable(),
  /** The champion before this one, kept for a rollback. */
  previous: version.nullable(),
  /** A version that is being proven, with the share of tickets (0..1) that it decides; 0 while it only shadows. */
  challenger: z.object({ version, share: z.number().min(0).max(1) }).nullable(),
});
export type Pointer = z.infer<typeof pointerSchema>;

export const EMPTY_POINTER: Pointer = { revision: 0, champion: null, previous: null, challenger: null };
