import { z } from 'zod';

/** What the state machine hands to its steps; every step is a function of its own. */
const version = z.int().min(1);
const champion = version.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });

export const beginInputSchema = z.object({
  /** ARN of the execution. */
  executionId: z.string().min(1),
  /** Who or what asked for it; anything unknown is kept as it is. */
  trigger: z.string().min(1).max(100).default('person'),
});
export type BeginInput = z.infer<typeof beginInputSchema>;

export const begunSchema = z.object({ version, startedAt: instant, champion });
/** What an execution works on. `champion` is the version to be beaten, null before there is one. */
export type Begun = z.infer<typeof begunSchema>;

export const snapshotInputSchema = z.object({ version, startedAt: instant });
export type SnapshotInput = z.infer<typeof snapshotInputSchema>;

/** Lines `from` (included) to `to` (excluded), counted from 0, of an object of test examples. */
export const testBatchSchema = z.object({ key: z.string().min(1), from: count, to: count });
export type TestBatch = z.infer<typeof testBatchSchema>;

export const evaluateInputSchema = z.object({ batch: testBatchSchema, version, champion });
export type EvaluateInput = z.infer<typeof evaluateInputSchema>;

export const evaluationSchema = z.object({
  /** Tickets with a team, as people chose it. */
  n: count,
  /** Of these, how many the challenger could not score; they count as wrong. */
  failed: count,
  onlyChampionRight: count,
  onlyChallengerRight: count,
  bothRight: count,
  neitherRight: count,
  /** Team → tickets that people sent there; sums to n. */
  labelCounts: z.object({ team: z.record(z.string(), count) }),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const gateInputSchema = z.object({
  version,
  champion,
  evaluations: z.array(evaluationSchema),
  counts: z.object({ train: count, validation: count, test: count }),
});
export type GateInput = z.infer<typeof gateInputSchema>;

export const moveInputSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('promote'), version }),
  z.object({ action: z.literal('canary'), version, share: z.number().min(0).max(1) }),
  z.object({ action: z.literal('rollback') }),
]);

export const observeInputSchema = z.object({
  stage: z.enum(['shadow', 'canary']),
  version,
  champion,
  /** When the stage began. */
  since: instant,
  /** The challenger's share of the tickets in a canary; lets decisions without a model be told apart by whom they had been given to. */
  share: z.number().min(0).max(1).optional(),
});
export type ObserveInput = z.infer<typeof observeInputSchema>;

/** A failure's cause can be a whole stack trace; a record keeps its beginning. */
const MAX_REASON_LENGTH = 2000;

export const endInputSchema = z.object({
  version,
  executionId: z.string().min(1),
  outcome: z.enum(['promoted', 'rejected', 'failed']),
  /** A sentence, or for a failure whatever is known of its cause. */
  reason: z.string().transform((reason) => reason.slice(0, MAX_REASON_LENGTH)),
});
export type EndInput = z.infer<typeof endInputSchema>;
