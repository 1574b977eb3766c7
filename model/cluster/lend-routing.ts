import { discriminate, fitDiscriminant } from '../few-labels/discriminant.ts';
import type { Discriminant } from '../few-labels/discriminant.ts';
import { joinUnit } from '../few-labels/join-unit.ts';
import type { JoinedBlock } from '../few-labels/join-unit.ts';
import { readableText } from '../grams.ts';
import { samplePositions } from '../random.ts';
import type { RoutingHead, RoutingModel } from '../routing-model.ts';
import { featurize } from '../space/featurize.ts';
import { recallEncoding } from '../space/recall-encoding.ts';
import { standardize } from '../space/standardized-states.ts';
import { weighBySubjects } from '../space/telling-windows.ts';
import type { TextFeatures } from '../space/text-features.ts';
import { fitTicketSpace, placeInSpace } from '../space/ticket-space.ts';
import { fitTfidf } from '../tfidf.ts';

/** Of the analysis by labels: they are surer than communities, see PSEUDO_CLASS_SHRINKAGE. */
const SHRINKAGE = 0.2;
/** Texts that the clusters' own space is learned from. */
const MOST_FITTED = 6_000;
/** Texts read at once: the encoder's states of more would not fit beside the rest. */
const READ_AT_ONCE = 4_096;
export interface LentTexts {
  /** n × dimension, of unit length. */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** Whether nothing is known of a text. */
  readonly blank: readonly boolean[];
}

/**
 * Reads texts for a clustering with what routing has learned. A space of the texts' own tells apart what is new among them, which the
 * model's space, learned from other tickets, shows less of. Each head joins two views of them: the directions in which its labels lie
 * apart among the model's past tickets, and the hidden values of its network on the encoder's states, which learned what matters in
 * tickets from all that the encoder says.
 * @param onRead told how many texts are done
 */
export const lendRouting = async (
  model: RoutingModel,
  texts: readonly string[],
  seed: number,
  onRead: (done: number, total: number) => void = () => {},
): Promise<LentTexts> => {
  const { manifest } = model.encoder;
  const encoder = model.subjects === undefined ? model.encoder : model.encoder.weighing(weighBySubjects(model.subjects));
  const reader = { encoder, vectorizer: model.vectorizer };
  const vectorizer = fitTfidf(texts);
  const sampledTexts = Array.from(samplePositions(texts.length, MOST_FITTED, seed), (at) => texts[at]!);
  const sampled = await featurize(reader, sampledTexts, (done) => onRead(done, texts.length));
  const terms = vectorizer.vectorize(sampledTexts);
  const space = await fitTicketSpace(manifest, { ...sampled, terms }, vectorizer.width, seed);
  const recalling = { ...reader, encoder: recallEncoding(encoder, sampledTexts.map(readableText), sampled) };
  const heads = await Promise.all(model.heads.map(async (head) => ({ head, discriminant: await discriminantOf(model, head) })));
  const parts: LentTexts[] = [];
  for (let first = 0; first < texts.length; first += READ_AT_ONCE) {
    const part = texts.slice(first, first + READ_AT_ONCE);
    const features = await featurize(recalling, part);
    const own = await placeInSpace(manifest, space, { ...features, terms: vectorizer.vectorize(part) });
    const lent = await viewsOf(model, heads, features);
    const blocks = [{ values: own.short, columns: space.shortDimension, length: 1 }, ...lent];
    parts.push({ ...joinUnit(part.length, blocks), blank: own.blank });
    onRead(Math.max(sampledTexts.length, first + part.length), texts.length);
  }
  const dimension = parts[0]?.dimension ?? space.shortDimension;
  const rows = new Float32Array(texts.length * dimension);
  parts.forEach((part, at) => rows.set(part.rows, at * READ_AT_ONCE * dimension));
  return { rows, dimension, blank: parts.flatMap(({ blank }) => blank) };
};

interface LendingHead {
  readonly head: RoutingHead;
  readonly discriminant: Discriminant;
}

const viewsOf = async (
  model: RoutingModel,
  heads: readonly LendingHead[],
  features: TextFeatures,
): Promise<readonly JoinedBlock[]> => {
  const { short } = await placeInSpace(model.encoder.manifest, model.space, features);
  const states = standardize(model.space.states, features);
  // Each of the two views is as long, over all heads, as a text's own values.
  const length = 1 / Math.sqrt(heads.length);
  const blocks: JoinedBlock[] = [];
  for (const { head, discriminant } of heads) {
    if (discriminant.columns > 0)
      blocks.push({ values: await discriminate(discriminant, short), columns: discriminant.columns, length });
    const { direction } = await head.statesNetwork.evaluate(states);
    blocks.push({ values: direction, columns: head.statesNetwork.weights.hidden, length });
  }
  return blocks;
};

const discriminantOf = ({ past }: RoutingModel, { name, manifest }: RoutingHead): Promise<Discriminant> => {
  const numbers = new Map(manifest.labels.map((label, at) => [label, at]));
  const classes = Int32Array.from(past.tickets, ({ labels }) => numbers.get(labels[name] ?? '') ?? -1);
  return fitDiscriminant({ rows: past.rows, dimension: past.dimension, classes }, SHRINKAGE);
};
