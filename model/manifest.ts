import { ArtifactError } from './errors.ts';
import type { DataSummary } from './examples.ts';
import type { FamiliarityScale } from './familiarity.ts';
import { isJsonObject } from './json.ts';
import type { WordsAlone } from './words-alone.ts';

/** Of the program that trains, as in package.json: another one may make other models of the same tickets and seed. */
export const CODE_VERSION = '0.1.0';

/** Raised when an older program could no longer read what is written. */
export const FORMAT_VERSION = 3;

export type ModelKind = 'routing' | 'clustering';

export interface ArtifactFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface HeadManifest {
  readonly labels: readonly string[];
  /** Scores are the classifiers' scores, each times its weight, added up; probabilities are their softmax. */
  readonly networkWeight: number;
  readonly statesWeight: number;
  readonly linearWeight: number;
  /** How texts are judged in a language that the encoder does not know; models of earlier versions judge them like all others. */
  readonly words?: WordsAlone | undefined;
  /** Abstain below this probability. */
  readonly threshold: number;
  /** What is at or above this probability was 95 % right on validation data; 1 where nothing was. */
  readonly thresholdAt95: number;
  /** What is usual of texts within scope. */
  readonly familiarity: FamiliarityScale;
  /** A text whose familiarity is below this is unlike what the model was trained on. */
  readonly familiarityFloor: number;
  /** Labels with too few examples to learn from, with their counts. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface TopicManifest {
  /** Stays with the topic from one map version to the next. */
  readonly id: string;
  readonly label: string;
  readonly phrases: readonly string[];
  /** Training tickets that belong to it. */
  readonly size: number;
  /** A ticket less similar to the centroid than this belongs to none, -1..1. */
  readonly minSimilarity: number;
}

export interface Manifest {
  readonly formatVersion: number;
  readonly kind: ModelKind;
  readonly version: string;
  readonly createdFrom: DataSummary;
  readonly seed: number;
  /** Of the program that trained it. */
  readonly codeVersion: string;
  /** `hash` is that of the encoder's manifest: another encoder's vectors mean something else. */
  readonly encoder: { readonly name: string; readonly version: string; readonly hash: string };
  readonly embedding: { readonly dimension: number; readonly space: string; readonly family: string };
  readonly heads: Readonly<Record<string, HeadManifest>>;
  readonly topics: readonly TopicManifest[];
  /** Numbers by name, in groups (a head, or the clustering). */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  readonly files: readonly ArtifactFile[];
}

/**
 * @param value parsed JSON
 * @throws ArtifactError naming the field that is missing or of another type
 */
export const parseManifest = (value: unknown): Manifest => {
  const root = object(value, 'manifest.json');
  const { formatVersion } = root;
  if (formatVersion === undefined)
    throw new ArtifactError('manifest.json says no format version, so this is no model of this program; name another folder.');
  if (formatVersion !== FORMAT_VERSION)
    throw new ArtifactError(
      `manifest.json has format version ${JSON.stringify(formatVersion)}; this program reads version ${FORMAT_VERSION}. ` +
        `Train the model again, or run the program that wrote it.`,
    );
  const { kind } = root;
  if (kind !== 'routing' && kind !== 'clustering')
    throw new ArtifactError(`manifest.json: "kind" is ${JSON.stringify(kind)}; it must be routing or clustering.`);
  const createdFrom = object(root['createdFrom'], 'createdFrom');
  const embedding = object(root['embedding'], 'embedding');
  const encoder = object(root['encoder'], 'encoder');
  return {
    formatVersion: FORMAT_VERSION,
    kind,
    version: text(root['version'], 'version'),
    createdFrom: {
      dataHash: text(createdFrom['dataHash'], 'createdFrom.dataHash'),
      from: text(createdFrom['from'], 'createdFrom.from'),
      to: text(createdFrom['to'], 'createdFrom.to'),
      count: number(createdFrom['count'], 'createdFrom.count'),
    },
    seed: number(root['seed'], 'seed'),
    codeVersion: text(root['codeVersion'], 'codeVersion'),
    encoder: {
      name: text(encoder['name'], 'encoder.name'),
      version: text(encoder['version'], 'encoder.version'),
      hash: text(encoder['hash'], 'encoder.hash'),
    },
    embedding: {
      dimension: count(embedding['dimension'], 'embedding.dimension'),
      space: text(embedding['space'], 'embedding.space'),
      family: text(embedding['family'], 'embedding.family'),
    },
    heads: mapValues(object(root['heads'], 'heads'), 'heads', parseHead),
    topics: list(root['topics'], 'topics').map((topic, index) => parseTopic(topic, `topics[${index}]`)),
    metrics: mapValues(object(root['metrics'], 'metrics'), 'metrics', (group, at) =>
      mapValues(object(group, at), at, (metric, where) => (typeof metric === 'string' ? metric : number(metric, where))),
    ),
    files: list(root['files'], 'files').map((file, index) => parseFile(file, `files[${index}]`)),
  };
};

const parseHead = (value: unknown, at: string): HeadManifest => {
  const head = object(value, at);
  const labels = list(head['labels'], `${at}.labels`).map((label, index) => text(label, `${at}.labels[${index}]`));
  const familiarity = object(head['familiarity'], `${at}.familiarity`);
  const scale = (name: keyof FamiliarityScale): number => number(familiarity[name], `${at}.familiarity.${name}`);
  return {
    labels,
    networkWeight: number(head['networkWeight'], `${at}.networkWeight`),
    statesWeight: number(head['statesWeight'], `${at}.statesWeight`),
    linearWeight: number(head['linearWeight'], `${at}.linearWeight`),
    ...(head['words'] === undefined ? {} : { words: parseWords(head['words'], `${at}.words`) }),
    threshold: number(head['threshold'], `${at}.threshold`),
    thresholdAt95: number(head['thresholdAt95'], `${at}.thresholdAt95`),
    familiarity: {
      scoreMean: scale('scoreMean'),
      scoreDeviation: scale('scoreDeviation'),
      nearnessMean: scale('nearnessMean'),
      nearnessDeviation: scale('nearnessDeviation'),
    },
    familiarityFloor: number(head['familiarityFloor'], `${at}.familiarityFloor`),
    leftOut: mapValues(object(head['leftOut'], `${at}.leftOut`), `${at}.leftOut`, number),
  };
};

const parseWords = (value: unknown, at: string): WordsAlone => {
  const words = object(value, at);
  return {
    weight: number(words['weight'], `${at}.weight`),
    scoreMean: number(words['scoreMean'], `${at}.scoreMean`),
    scoreDeviation: number(words['scoreDeviation'], `${at}.scoreDeviation`),
  };
};

const parseTopic = (value: unknown, at: string): TopicManifest => {
  const topic = object(value, at);
  return {
    id: text(topic['id'], `${at}.id`),
    label: text(topic['label'], `${at}.label`),
    phrases: list(topic['phrases'], `${at}.phrases`).map((phrase, index) => text(phrase, `${at}.phrases[${index}]`)),
    size: count(topic['size'], `${at}.size`),
    minSimilarity: number(topic['minSimilarity'], `${at}.minSimilarity`),
  };
};

const parseFile = (value: unknown, at: string): ArtifactFile => {
  const file = object(value, at);
  return {
    name: text(file['name'], `${at}.name`),
    bytes: count(file['bytes'], `${at}.bytes`),
    sha256: text(file['sha256'], `${at}.sha256`),
  };
};

const wrong = (at: string, expected: string): ArtifactError =>
  new ArtifactError(`manifest.json: "${at}" must be ${expected}. The artifact is damaged; fetch or train it again.`);

const object = (value: unknown, at: string): Readonly<Record<string, unknown>> => {
  if (!isJsonObject(value)) throw wrong(at, 'an object');
  return value;
};

const list = (value: unknown, at: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw wrong(at, 'a list');
  return value;
};

const text = (value: unknown, at: string): string => {
  if (typeof value !== 'string') throw wrong(at, 'a text');
  return value;
};

const number = (value: unknown, at: string): number => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(at, 'a number');
  return value;
};

const count = (value: unknown, at: string): number => {
  const whole = number(value, at);
  if (!Number.isSafeInteger(whole) || whole < 0) throw wrong(at, 'a whole number of 0 or more');
  return whole;
};

const mapValues = <Value>(
  source: Readonly<Record<string, unknown>>,
  at: string,
  parse: (value: unknown, at: string) => Value,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(source).map(([name, value]) => [name, parse(value, `${at}.${name}`)]));
