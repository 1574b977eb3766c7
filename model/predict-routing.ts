import { explainRows } from './explain.ts';
import type { ExplainedScore, FeatureContribution, ShortExplanation } from './explain.ts';
import { MAX_READ_LENGTH } from './grams.ts';
import { nearestTickets, similarTickets } from './past-tickets.ts';
import type { SimilarTicket } from './past-tickets.ts';
import { rankClasses } from './ranking.ts';
import { dissectTexts, judge } from './routing-model.ts';
import type { HeadOpinion, RoutingHead, RoutingModel } from './routing-model.ts';

/** Labels given beside the first. */
const ALTERNATIVES = 4;
/** Past tickets shown beside a prediction. */
const SHOWN_SIMILAR = 3;
/** About 8,000 tokens, whose states take 40 MB with the default encoder. */
const CHARACTERS_AT_ONCE = 32_768;

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
  /** Unit vector of the manifest's embedding space; all zero where nothing is known of the text. */
  readonly embedding: Float32Array;
  /** Head → the pieces of the text that weigh most. */
  readonly explanation: Readonly<Record<string, readonly FeatureContribution[]>>;
  /** Head → what its explanation adds up to. */
  readonly explained: Readonly<Record<string, ExplainedScore>>;
  /** Past tickets that it resembles most, nearest first; none where nothing is known of the text. */
  readonly similar: readonly SimilarTicket[];
  /** As of detectLanguage. */
  readonly language?: string;
  /** False where the encoder does not know the language, and so was not heard. Left out by a model that judges all texts alike. */
  readonly knownLanguage?: boolean;
}

/** What was wrong with one instance; the others are not affected. */
export interface FailedPrediction {
  readonly id: string;
  readonly error: { readonly code: string; readonly message: string };
}

/**
 * Predicts every head for each text, by the artifact alone. Probabilities are those of the manifest's calibration.
 * @returns one entry an instance, in their order; an empty text fails alone
 */
export const predictRouting = async (
  model: RoutingModel,
  instances: readonly RoutingInstance[],
): Promise<readonly (RoutingPrediction | FailedPrediction)[]> => {
  const predictions: (RoutingPrediction | FailedPrediction)[] = [];
  for (const group of groupByLength(instances)) predictions.push(...(await predictGroup(model, group)));
  return predictions;
};

/** Instances that are read at once, because the states of their tokens are kept until all heads are explained. */
const groupByLength = (instances: readonly RoutingInstance[]): readonly (readonly RoutingInstance[])[] => {
  const groups: RoutingInstance[][] = [];
  let characters = Infinity;
  for (const instance of instances) {
    characters += Math.min(instance.text.length, MAX_READ_LENGTH);
    if (characters > CHARACTERS_AT_ONCE) {
      groups.push([]);
      characters = Math.min(instance.text.length, MAX_READ_LENGTH);
    }
    groups.at(-1)!.push(instance);
  }
  return groups;
};

const predictGroup = async (
  model: RoutingModel,
  instances: readonly RoutingInstance[],
): Promise<readonly (RoutingPrediction | FailedPrediction)[]> => {
  const texts = instances.map(({ text }) => text);
  const read = await dissectTexts(model, texts);
  const { shortDimension } = model.space;
  const neighbours = await nearestTickets(model.past, read.placed.short, SHOWN_SIMILAR);
  const heads: {
    readonly head: RoutingHead;
    readonly opinion: HeadOpinion;
    readonly why: readonly ShortExplanation[];
  }[] = [];
  for (const head of model.heads) {
    const opinion = await judge(head, read);
    heads.push({ head, opinion, why: await explainRows(model, head, read, opinion) });
  }
  const fallsBack = model.heads.every(({ manifest }) => manifest.words !== undefined);
  return instances.map(({ id, text }, row) => {
    if (text.trim() === '')
      return { id, error: { code: 'EmptyText', message: 'The text is empty; there is nothing to predict from.' } };
    const language = read.languages[row];
    return {
      id,
      ...(language !== undefined && { language }),
      ...(fallsBack && { knownLanguage: !read.foreign[row] }),
      heads: Object.fromEntries(heads.map(({ head, opinion }) => [head.name, predictHead(head, opinion, row)])),
      embedding: read.placed.short.slice(row * shortDimension, (row + 1) * shortDimension),
      explanation: Object.fromEntries(heads.map(({ head, why }) => [head.name, why[row]!.pieces])),
      explained: Object.fromEntries(heads.map(({ head, why }) => [head.name, why[row]!.explained])),
      similar: read.placed.blank[row] ? [] : similarTickets(model.past, neighbours, row, SHOWN_SIMILAR),
    };
  });
};

const predictHead = ({ manifest }: RoutingHead, { probabilities, familiarity }: HeadOpinion, row: number): HeadPrediction => {
  const classCount = manifest.labels.length;
  const first = row * classCount;
  const [best, ...others] = rankClasses(probabilities, first, classCount);
  const probabilityOf = (label: number): LabelProbability => ({
    label: manifest.labels[label]!,
    probability: probabilities[first + label]!,
  });
  return {
    ...probabilityOf(best!),
    alternatives: others.slice(0, ALTERNATIVES).map(probabilityOf),
    known: familiarity[row]! >= manifest.familiarityFloor,
    threshold: manifest.threshold,
  };
};
