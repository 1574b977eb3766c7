import { fileOf, readArtifact } from './artifact.ts';
import type { Artifact } from './artifact.ts';
import { float32Of, linesOf, uint16Of, uint32Of } from './bytes.ts';
import { softmaxRows } from './calibrate.ts';
import { ArtifactError } from './errors.ts';
import { explainLabel } from './explain.ts';
import type { FeatureContribution } from './explain.ts';
import { openLinearClassifier } from './linear-classifier.ts';
import type { HeadManifest, Manifest } from './manifest.ts';
import { rankClasses } from './ranking.ts';
import { byCodeUnits } from './random.ts';
import { CENTRE, openSignProjection } from './sign-projection.ts';
import type { SparseRows } from './sparse.ts';
import type { Classifier, Embedder, Encoder } from './stages.ts';
import { TFIDF, createTfidf } from './tfidf.ts';

/** Labels given beside the first. */
const ALTERNATIVES = 4;

export interface RoutingModel {
  readonly manifest: Manifest;
  readonly encoder: Encoder;
  readonly embedder: Embedder;
  readonly heads: readonly RoutingHead[];
}

interface RoutingHead {
  readonly name: string;
  readonly manifest: HeadManifest;
  readonly classifier: Classifier;
}

export interface RoutingInstance {
  readonly id: string;
  readonly text: string;
}

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

export interface HeadPrediction extends LabelProbability {
  readonly alternatives: readonly LabelProbability[];
  /** False where the text is unlike anything that the model was trained on. */
  readonly known: boolean;
  /** Abstain below this probability. */
  readonly threshold: number;
}

export interface RoutingPrediction {
  readonly id: string;
  readonly heads: Readonly<Record<string, HeadPrediction>>;
  /** Unit vector of the manifest's embedding space; all zero where the text has no known feature. */
  readonly embedding: Float32Array;
  readonly explanation: Readonly<Record<string, readonly FeatureContribution[]>>;
}

/** What was wrong with one instance; the others are not affected. */
export interface FailedPrediction {
  readonly id: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** Start of the names of a head's files; heads are numbered because their names may hold anything. */
export const headPrefix = (index: number): string => `head-${index}`;

/** @throws ArtifactError */
export const loadRouting = (folder: string): RoutingModel => openRouting(readArtifact(folder, 'routing'));

/** @throws ArtifactError where files do not fit together */
export const openRouting = (artifact: Artifact): RoutingModel => {
  const { manifest } = artifact;
  const encoder = openEncoder(artifact);
  const centre = float32Of(fileOf(artifact, CENTRE));
  if (centre.length !== manifest.embedding.dimension)
    throw new ArtifactError(
      `${CENTRE} has ${centre.length} values, the embedding ${manifest.embedding.dimension}; the model is damaged.`,
    );
  const embedder = openSignProjection(encoder, manifest.seed, centre);
  if (embedder.space !== manifest.embedding.space || embedder.dimension !== manifest.embedding.dimension)
    throw new ArtifactError(
      `The model embeds into ${manifest.embedding.space}, this program into ${embedder.space}; train it again, or run the program that wrote it.`,
    );
  // Sorted, because an object's own order puts names that look like numbers first.
  const heads = Object.keys(manifest.heads)
    .sort(byCodeUnits)
    .map((name, index) => {
      const head = manifest.heads[name]!;
      return { name, manifest: head, classifier: openHead(artifact, headPrefix(index), head, encoder.width) };
    });
  return { manifest, encoder, embedder, heads };
};

const openEncoder = (artifact: Artifact): Encoder => {
  const { name } = artifact.manifest.encoder;
  if (name !== TFIDF) throw new ArtifactError(`The model needs the encoder "${name}"; this program has "${TFIDF}".`);
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

/**
 * Predicts every head for each text, by the artifact alone. Probabilities are those of the manifest's calibration.
 * @returns one entry an instance, in their order; an empty text fails alone
 */
export const predictRouting = (
  model: RoutingModel,
  instances: readonly RoutingInstance[],
): readonly (RoutingPrediction | FailedPrediction)[] => {
  const rows = model.encoder.encode(instances.map(({ text }) => text));
  const embeddings = model.embedder.embed(rows);
  const { dimension } = model.embedder;
  const scored = model.heads.map((head) => {
    const scores = head.classifier.score(rows);
    return { head, scores, probabilities: softmaxRows(scores, head.classifier.classCount, head.manifest.temperature) };
  });
  return instances.map(({ id, text }, row) => {
    if (text.trim() === '')
      return { id, error: { code: 'EmptyText', message: 'The text is empty; there is nothing to predict from.' } };
    const predicted = scored.map(({ head, scores, probabilities }) =>
      predictHead(model, head, scores, probabilities, rows, row, text),
    );
    return {
      id,
      heads: Object.fromEntries(predicted.map(({ name, prediction }) => [name, prediction])),
      embedding: embeddings.slice(row * dimension, (row + 1) * dimension),
      explanation: Object.fromEntries(predicted.map(({ name, explanation }) => [name, explanation])),
    };
  });
};

const predictHead = (
  { encoder }: RoutingModel,
  { name, manifest, classifier }: RoutingHead,
  scores: Float32Array,
  probabilities: Float64Array,
  rows: SparseRows,
  row: number,
  text: string,
): { readonly name: string; readonly prediction: HeadPrediction; readonly explanation: readonly FeatureContribution[] } => {
  const first = row * classifier.classCount;
  const [best, ...others] = rankClasses(probabilities, first, classifier.classCount);
  const probabilityOf = (label: number): LabelProbability => ({
    label: manifest.labels[label]!,
    probability: probabilities[first + label]!,
  });
  const empty = rows.offsets[row] === rows.offsets[row + 1];
  return {
    name,
    prediction: {
      ...probabilityOf(best!),
      alternatives: others.slice(0, ALTERNATIVES).map(probabilityOf),
      known: !empty && scores[first + best!]! >= manifest.scoreFloor,
      threshold: manifest.threshold,
    },
    explanation: explainLabel(encoder, classifier, text, best!),
  };
};
