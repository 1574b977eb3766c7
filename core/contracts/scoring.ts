import { z } from 'zod';

/** Largest request to a serverless endpoint, with room for the envelope (the service's limit is 4 MB). */
export const MAX_SCORING_REQUEST_BYTES = 3_900_000;

const probability = z.number().min(0).max(1);
const modelSchema = z.object({ name: z.string().min(1), version: z.string().min(1) });
const failedSchema = z.object({ id: z.string(), error: z.object({ code: z.string(), message: z.string() }) });

export const headPredictionSchema = z.object({
  label: z.string(),
  probability,
  alternatives: z.array(z.object({ label: z.string(), probability })),
  /** False where the text is unlike anything that the model was trained on. */
  known: z.boolean(),
  /** Abstain below this probability; chosen on validation data when the model was trained. */
  threshold: probability.optional(),
});

export const featureContributionSchema = z.object({ feature: z.string(), contribution: z.number() });

export const routingPredictionSchema = z.object({
  id: z.string(),
  heads: z.record(z.string(), headPredictionSchema),
  /** Base64 of little-endian float32 values. */
  embedding: z.string(),
  /** Names the space that the embedding lives in; embeddings of different spaces cannot be compared. */
  embeddingSpace: z.string(),
  explanation: z.record(z.string(), z.array(featureContributionSchema)).default({}),
});

/** Answer of a routing endpoint to `{"instances":[{"id","text"}]}`. */
export const routingResponseSchema = z.object({
  model: modelSchema,
  predictions: z.array(z.union([routingPredictionSchema, failedSchema])),
});

export const topicPredictionSchema = z.object({
  id: z.string(),
  /** Null where the ticket is too far from every topic. */
  topic: z.object({ id: z.string(), label: z.string(), similarity: z.number().min(-1.001).max(1.001) }).nullable(),
});

/** Answer of a clustering endpoint to `{"instances":[{"id","embedding","embeddingSpace"}]}`. */
export const clusteringResponseSchema = z.object({
  model: modelSchema,
  predictions: z.array(z.union([topicPredictionSchema, failedSchema])),
});

export type HeadPrediction = z.infer<typeof headPredictionSchema>;
export type FeatureContribution = z.infer<typeof featureContributionSchema>;
export type RoutingPrediction = z.infer<typeof routingPredictionSchema>;
export type TopicPrediction = z.infer<typeof topicPredictionSchema>;
export type FailedPrediction = z.infer<typeof failedSchema>;
export type ServedModel = z.infer<typeof modelSchema>;
