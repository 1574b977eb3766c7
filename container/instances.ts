import { float32Of } from '../model/bytes.ts';
import type { ClusteringInstance } from '../model/clustering-model.ts';
import { isJsonObject } from '../model/json.ts';
import type { FailedPrediction, RoutingInstance } from '../model/predict-routing.ts';

/** An instance of a request, or why it is none. */
export type ParsedInstance<Instance> =
  | { readonly kind: 'valid'; readonly instance: Instance }
  | { readonly kind: 'invalid'; readonly failure: FailedPrediction };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/u;
const FLOAT32_BYTES = 4;

/** Takes `{"id","text"}`; other fields are left to later models. */
export const parseRoutingInstance = (value: unknown): ParsedInstance<RoutingInstance> => {
  const identified = identify(value);
  if (identified.kind === 'invalid') return identified;
  const { id, fields } = identified.instance;
  const { text } = fields;
  return typeof text === 'string'
    ? { kind: 'valid', instance: { id, text } }
    : invalid(id, 'MissingText', 'The instance lacks the text "text".');
};

/** Takes `{"id","embedding","embeddingSpace"}`, the embedding as base64 of little-endian float32 values. */
export const parseClusteringInstance = (value: unknown): ParsedInstance<ClusteringInstance> => {
  const identified = identify(value);
  if (identified.kind === 'invalid') return identified;
  const { id, fields } = identified.instance;
  const { embedding, embeddingSpace } = fields;
  if (typeof embedding !== 'string') return invalid(id, 'MissingEmbedding', 'The instance lacks the base64 text "embedding".');
  if (typeof embeddingSpace !== 'string')
    return invalid(id, 'MissingEmbeddingSpace', 'The instance lacks the text "embeddingSpace".');
  const bytes = Buffer.from(embedding, 'base64');
  if (!BASE64.test(embedding) || bytes.length % FLOAT32_BYTES !== 0)
    return invalid(id, 'InvalidEmbedding', 'The embedding is not base64 of whole float32 values.');
  return { kind: 'valid', instance: { id, embedding: float32Of(bytes), embeddingSpace } };
};

interface Identified {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const identify = (value: unknown): ParsedInstance<Identified> => {
  if (!isJsonObject(value)) return invalid('', 'InvalidInstance', 'The instance is not a JSON object.');
  const { id } = value;
  return typeof id === 'string' && id !== ''
    ? { kind: 'valid', instance: { id, fields: value } }
    : invalid('', 'MissingId', 'The instance lacks the text "id".');
};

const invalid = (
  id: string,
  code: string,
  message: string,
): { readonly kind: 'invalid'; readonly failure: FailedPrediction } => ({
  kind: 'invalid',
  failure: { id, error: { code, message } },
});
