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

/** What a word, or up to three neighbouring words, added to the label's score; below 0 where it speaks against it. */
export const featureContributionSchema = z.object({ feature: z.string(), contribution: z.number() });

/** In units of the score: the contributions of a head's explanation, `others` and `remainder` add up to `score`. */
const explainedScoreSchema = z.object({
  /** Of the label, less the mean score of all labels. */
  score: z.number(),
  /** What the pieces added that the explanation leaves out. */
  others: z.number(),
  /** What no word added: how frequent the label is, and how the model sees an average text. */
  remainder: z.number(),
});

/** A ticket of the training data: where it lies and what people made of it, never its text. */
export const similarTicketSchema = z.object({
  ticketId: z.string(),
  /** Cosine of the embeddings. */
  similarity: z.number().min(-1).max(1),
  /** Head → label. */
  labels: z.record(z.string(), z.string()),
});

/** Models of earlier versions say nothing of it. */
export const writtenInSchema = z.object({
  /** Language tag (BCP 47), or `und-` and a script that several languages are written in; left out where it cannot be told. */
  language: z.string().optional(),
  /** False where it is a language that the model's encoder does not know; a text in it is judged by its words and letters alone. */
  knownLanguage: z.boolean().optional(),
});

export const routingPredictionSchema = z.object({
  id: z.string(),
  heads: z.record(z.string(), headPredictionSchema),
  /** Base64 of little-endian float32 values. */
  embedding: z.string(),
  /** Names the space that the embedding lives in; embeddings of different spaces cannot be compared. */
  embeddingSpace: z.string(),
  /** Head → of the words and phrases of the text those five that weigh most, the heaviest first. */
  explanation: z.record(z.string(), z.array(featureContributionSchema)).default({}),
  /** Head → what its explanation adds up to; earlier models do not say. */
  explained: z.record(z.string(), explainedScoreSchema).default({}),
  /** Up to three past tickets that the text resembles, the most similar first. */
  similar: z.array(similarTicketSchema).default([]),
  ...writtenInSchema.shape,
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
export type SimilarTicket = z.infer<typeof similarTicketSchema>;
export type RoutingPrediction = z.infer<typeof routingPredictionSchema>;
export type WrittenIn = z.infer<typeof writtenInSchema>;
export type TopicPrediction = z.infer<typeof topicPredictionSchema>;
export type FailedPrediction = z.infer<typeof failedSchema>;
export type ServedModel = z.infer<typeof modelSchema>;
