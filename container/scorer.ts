import { kindOfArtifact } from '../model/artifact.ts';
import { toBase64 } from '../model/bytes.ts';
import { assignTopics, loadClustering } from '../model/clustering-model.ts';
import type { ClusteringModel } from '../model/clustering-model.ts';
import { openEncoder } from '../model/encoder/open-encoder.ts';
import { predictRouting } from '../model/predict-routing.ts';
import { loadRouting } from '../model/routing-model.ts';
import type { FailedPrediction } from '../model/predict-routing.ts';
import type { RoutingModel } from '../model/routing-model.ts';
import { parseClusteringInstance, parseRoutingInstance } from './instances.ts';
import type { ParsedInstance } from './instances.ts';

/** A loaded model behind the scoring contract. */
export interface Scorer {
  readonly model: { readonly name: string; readonly version: string };
  /** One prediction or failure an instance, in their order. */
  readonly score: (instances: readonly unknown[]) => Promise<readonly Prediction[]>;
}

/** A wire entry: what the model says of an instance, or why it says nothing. */
export type Prediction = { readonly id: string; readonly [field: string]: unknown } | FailedPrediction;

/**
 * Loads whichever model the folder holds; the encoder is opened only for one that reads texts.
 * @throws ArtifactError, EncoderError
 */
export const loadScorer = async (folder: string, encoderFolder: string): Promise<Scorer> =>
  kindOfArtifact(folder) === 'routing'
    ? routingScorer(await loadRouting(folder, await openEncoder(encoderFolder)))
    : clusteringScorer(loadClustering(folder));

const routingScorer = (model: RoutingModel): Scorer => ({
  model: { name: 'routing', version: model.manifest.version },
  score: (instances) =>
    scoreEach(instances.map(parseRoutingInstance), async (valid) =>
      (await predictRouting(model, valid)).map((prediction) =>
        'error' in prediction
          ? prediction
          : { ...prediction, embedding: toBase64(prediction.embedding), embeddingSpace: model.manifest.embedding.space },
      ),
    ),
});

const clusteringScorer = (model: ClusteringModel): Scorer => ({
  model: { name: 'clustering', version: model.manifest.version },
  score: (instances) =>
    scoreEach(instances.map(parseClusteringInstance), (valid) =>
      Promise.resolve(assignTopics(model, valid).map((prediction) => ({ ...prediction }))),
    ),
});

/** Scores the valid instances in one go and puts the failures of the others in their places. */
const scoreEach = async <Instance>(
  parsed: readonly ParsedInstance<Instance>[],
  score: (valid: readonly Instance[]) => Promise<readonly Prediction[]>,
): Promise<readonly Prediction[]> => {
  const valid = parsed.flatMap((each) => (each.kind === 'valid' ? [each.instance] : []));
  const predictions = (await score(valid)).values();
  return parsed.map((each) => (each.kind === 'invalid' ? each.failure : predictions.next().value!));
};
