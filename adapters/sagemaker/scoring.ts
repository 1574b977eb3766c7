import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { z } from 'zod';
import { clusteringResponseSchema, routingResponseSchema } from '../../core/contracts/scoring.ts';
import type { FailedPrediction, ServedModel } from '../../core/contracts/scoring.ts';
import type { RoutingScorer } from '../../core/route/scorer.ts';
import { ScoringUnavailableError } from '../../core/route/scoring-unavailable-error.ts';
import type { TopicAssigner } from '../../core/topic/topic-assigner.ts';
import { invokeEndpoint } from './invoke-endpoint.ts';
import { splitRequest } from './split-request.ts';

export interface ScoringOptions {
  readonly client: SageMakerRuntimeClient;
  /** Everything before the version number in the endpoints' names, e.g. `signalbox-dev-routing-v`. */
  readonly endpointPrefix: string;
}

interface Answer<P> {
  readonly model: ServedModel;
  readonly predictions: readonly P[];
}
interface Scored<P> {
  readonly model: ServedModel;
  readonly predictions: ReadonlyMap<string, P | FailedPrediction>;
}

/** Scores texts through the routing endpoint of a version. */
export const sageMakerRoutingScorer = (options: ScoringOptions): RoutingScorer => ({
  score: (version, instances, signal) =>
    call({
      ...options,
      version,
      instances: instances.map(({ id, text }) => ({ id, text })),
      response: routingResponseSchema,
      signal,
    }),
});

/** Places embeddings through the clustering endpoint of a version. */
export const sageMakerTopicAssigner = (options: ScoringOptions): TopicAssigner => ({
  assign: (version, instances, signal) =>
    call({
      ...options,
      version,
      instances: instances.map(({ id, embedding, embeddingSpace }) => ({ id, embedding, embeddingSpace })),
      response: clusteringResponseSchema,
      signal,
    }),
});

interface Call<P> extends ScoringOptions {
  readonly version: number;
  readonly instances: readonly { readonly id: string }[];
  readonly response: z.ZodType<Answer<P>>;
  readonly signal: AbortSignal;
}

async function call<P extends { readonly id: string }>({
  client,
  endpointPrefix,
  version,
  instances,
  response,
  signal,
}: Call<P>): Promise<Scored<P>> {
  const endpointName = `${endpointPrefix}${String(version)}`;
  const { requests, tooLarge } = splitRequest(instances);
  const predictions = new Map<string, P | FailedPrediction>(
    tooLarge.map((id) => [id, failed(id, 'TooLarge', 'The instance alone is larger than a request may be.')]),
  );
  let model: ServedModel = { name: 'unknown', version: String(version) };
  for (const request of requests) {
    const answer = parseAnswer(
      await invokeEndpoint({ client, endpointName, body: request.body, signal }),
      response,
      endpointName,
    );
    if (answer.model.version !== String(version)) {
      throw new ScoringUnavailableError(
        `Endpoint ${endpointName} serves version ${answer.model.version}: its model and its name do not belong together.`,
        { reason: 'bad-answer' },
      );
    }
    model = answer.model;
    const answers = new Map(answer.predictions.map((prediction) => [prediction.id, prediction]));
    for (const id of request.ids) {
      predictions.set(id, answers.get(id) ?? failed(id, 'MissingPrediction', 'The model left the instance out of its answer.'));
    }
  }
  return { model, predictions };
}

const failed = (id: string, code: string, message: string): FailedPrediction => ({ id, error: { code, message } });

function parseAnswer<P>(body: string, response: z.ZodType<Answer<P>>, endpointName: string): Answer<P> {
  try {
    return response.parse(JSON.parse(body));
  } catch (cause) {
    throw new ScoringUnavailableError(`Endpoint ${endpointName} answered outside the scoring contract.`, {
      reason: 'bad-answer',
      cause,
    });
  }
}
