import { fileOf, readArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { float32Of, linesOf, uint16Of, uint32Of } from './bytes.ts';
import { softmaxRows } from './calibrate.ts';
import type { Encoder } from './encoder/open-encoder.ts';
import { ArtifactError } from './errors.ts';
import { nearestCentroidCosines } from './class-centroids.ts';
import type { DissectedTexts } from './explain.ts';
import { familiarityOf } from './familiarity.ts';
import { openLinearClassifier } from './linear-classifier.ts';
import { detectLanguage } from './language/detect-language.ts';
import { knowsLanguage } from './language/knows-language.ts';
import type { HeadManifest, Manifest } from './manifest.ts';
import { openNetwork } from './network/network.ts';
import type { Network } from './network/network.ts';
import { openNetworkWeights } from './network/network-files.ts';
import { openPastTickets } from './past-tickets.ts';
import type { PastTickets } from './past-tickets.ts';
import { mostLikely } from './ranking.ts';
import { byCodeUnits } from './random.ts';
import { featurize, featurizeByWords } from './space/featurize.ts';
import type { Featurizer } from './space/featurize.ts';
import { openSpace } from './space/space-files.ts';
import { standardize } from './space/standardized-states.ts';
import type { TextFeatures } from './space/text-features.ts';
import { placeInSpace } from './space/ticket-space.ts';
import type { Placed, TicketSpace } from './space/ticket-space.ts';
import type { Classifier, Vectorizer } from './stages.ts';
import { createTfidf } from './tfidf.ts';
import { familiarityByWords, scoreRows } from './words-alone.ts';

export interface RoutingModel extends Featurizer {
  readonly manifest: Manifest;
  readonly space: TicketSpace;
  readonly past: PastTickets;
  readonly heads: readonly RoutingHead[];
}

export interface RoutingHead {
  readonly name: string;
  readonly manifest: HeadManifest;
  readonly linear: Classifier;
  /** On rows of the space. */
  readonly network: Network;
  /** On the encoder's standardised states. */
  readonly statesNetwork: Network;
  /** labels × the hidden values of the network on the states */
  readonly centroids: Float32Array;
}

/** Start of the names of a head's files; heads are numbered because their names may hold anything. */
export const headPrefix = (index: number): string => `head-${index}`;
export const statesPrefix = (index: number): string => `${headPrefix(index)}.states`;
export const centroidsFile = (index: number): string => `${headPrefix(index)}.centroids.f32`;

/** @throws ArtifactError where no whole model is in the folder, or it was trained with another encoder */
export const loadRouting = async (folder: string, encoder: Encoder): Promise<RoutingModel> =>
  openRouting(readArtifact(folder, 'routing'), encoder);

/** @throws ArtifactError where files do not fit together or the encoder is another one */
export const openRouting = async (artifact: Artifact, encoder: Encoder): Promise<RoutingModel> => {
  const { manifest } = artifact;
  if (manifest.encoder.hash !== encoder.hash)
    throw new ArtifactError(
      `The model was trained with the encoder ${manifest.encoder.name} ${manifest.encoder.version} (${manifest.encoder.hash.slice(0, 12)}), ` +
        `and this is ${encoder.manifest.name} ${encoder.manifest.version} (${encoder.hash.slice(0, 12)}); use that one, or train the model again.`,
    );
  const vectorizer = openVectorizer(artifact);
  const space = openSpace(artifact, encoder.manifest, vectorizer.width);
  if (space.shortDimension !== manifest.embedding.dimension)
    throw new ArtifactError(
      `The space has embeddings of ${space.shortDimension} values, the manifest says ${manifest.embedding.dimension}; the model is damaged.`,
    );
  // Sorted, because an object's own order puts names that look like numbers first.
  const names = Object.keys(manifest.heads).sort(byCodeUnits);
  const heads = await Promise.all(
    names.map(async (name, index) => {
      const head = manifest.heads[name]!;
      const weights = openNetworkWeights(artifact, headPrefix(index), space.dimension, head.labels.length);
      const onStates = openNetworkWeights(artifact, statesPrefix(index), space.states.centre.length, head.labels.length);
      const centroids = float32Of(fileOf(artifact, centroidsFile(index)));
      if (centroids.length !== head.labels.length * onStates.hidden)
        throw new ArtifactError(
          `The values of ${centroidsFile(index)} do not fit the labels and the network; the model is damaged, train it again.`,
        );
      return {
        name,
        manifest: head,
        linear: openHead(artifact, headPrefix(index), head, vectorizer.width),
        network: await openNetwork(weights),
        statesNetwork: await openNetwork(onStates),
        centroids,
      };
    }),
  );
  return {
    manifest,
    encoder,
    vectorizer,
    space,
    subjects: space.subjects,
    past: openPastTickets(artifact, space.shortDimension),
    heads,
  };
};

const openVectorizer = (artifact: Artifact): Vectorizer => {
  const words = linesOf(fileOf(artifact, 'words.txt'));
  const characters = linesOf(fileOf(artifact, 'characters.txt'));
  const idf = float32Of(fileOf(artifact, 'idf.f32'));
  if (words.length + characters.length !== idf.length)
    throw new ArtifactError(
      `idf.f32 has ${idf.length} values for ${words.length + characters.length} terms; the model is damaged.`,
    );
  return createTfidf({ words, characters, idf });
};

const openHead = (artifact: Artifact, prefix: string, head: HeadManifest, width: number): Classifier => {
  const offsets = uint32Of(fileOf(artifact, `${prefix}.offsets.u32`));
  const labels = uint16Of(fileOf(artifact, `${prefix}.labels.u16`));
  const values = float32Of(fileOf(artifact, `${prefix}.weights.f32`));
  const bias = float32Of(fileOf(artifact, `${prefix}.bias.f32`));
  if (
    offsets.length !== width + 1 ||
    offsets.at(-1) !== values.length ||
    labels.length !== values.length ||
    bias.length !== head.labels.length
  )
    throw new ArtifactError(
      `The files ${prefix}.* do not fit the vocabulary and the labels; the model is damaged, train it again.`,
    );
  return openLinearClassifier({ offsets, labels, values, bias });
};

/** Texts as the model sees them. */
export interface ReadTexts {
  readonly texts: readonly string[];
  readonly features: TextFeatures;
  readonly placed: Placed;
  /** n × the width of the encoder's states, standardised. */
  readonly states: Float32Array;
  /** As of detectLanguage. */
  readonly languages: readonly (string | undefined)[];
  /** Whether a text is in a language that the encoder does not know. */
  readonly foreign: readonly boolean[];
}

export const readTexts = async (model: RoutingModel, texts: readonly string[]): Promise<ReadTexts> =>
  place(model, texts, await featurize(model, texts));

/** The same of few texts, so that what a head says of them can be explained. */
export const dissectTexts = async (model: RoutingModel, texts: readonly string[]): Promise<DissectedTexts> =>
  place(model, texts, await featurizeByWords(model, texts));

const place = async <Features extends TextFeatures>(model: RoutingModel, texts: readonly string[], features: Features) => {
  const { manifest } = model.encoder;
  const languages = texts.map(detectLanguage);
  return {
    texts,
    features,
    placed: await placeInSpace(manifest, model.space, features),
    states: standardize(model.space.states, features),
    languages,
    foreign: languages.map((language) => !knowsLanguage(manifest.languages, language)),
  };
};

/** What one head says of n texts. */
export interface HeadOpinion {
  /** n × labels */
  readonly scores: Float32Array;
  /** Of the network on the space, see Evaluation. */
  readonly hidden: Float32Array;
  /** Of the network on the states. */
  readonly statesHidden: Float32Array;
  /** n × labels, calibrated; rows sum to 1. */
  readonly probabilities: Float64Array;
  /** n values, see familiarityOf; -Infinity where nothing is known of a text. */
  readonly familiarity: Float64Array;
}

export const judge = async (
  { manifest, linear, network, statesNetwork, centroids }: RoutingHead,
  { features, placed, states, foreign }: ReadTexts,
): Promise<HeadOpinion> => {
  const classCount = manifest.labels.length;
  const evaluation = await network.evaluate(placed.rows);
  const onStates = await statesNetwork.evaluate(states);
  const scores = scoreRows([evaluation.scores, onStates.scores, linear.score(features.terms)], manifest, foreign, classCount);
  const nearness = nearestCentroidCosines(onStates.direction, statesNetwork.weights.hidden, centroids);
  const familiarity = new Float64Array(features.count);
  for (let row = 0; row < features.count; row++) {
    const best = row * classCount + mostLikely(scores, row * classCount, classCount);
    if (placed.blank[row]) familiarity[row] = -Infinity;
    else if (foreign[row] && manifest.words !== undefined) familiarity[row] = familiarityByWords(manifest.words, scores[best]!);
    else familiarity[row] = familiarityOf(manifest.familiarity, scores[best]!, nearness[row]!);
  }
  return {
    scores,
    hidden: evaluation.hidden,
    statesHidden: onStates.hidden,
    probabilities: softmaxRows(scores, classCount, 1),
    familiarity,
  };
};
