import { TrainingDataError } from './errors.ts';
import type { ModelKind } from './manifest.ts';

const LARGEST_SEED = 2 ** 32 - 1;

/** What a training is told; as text where it comes from, because SageMaker passes text only. */
export interface Hyperparameters {
  readonly kind: ModelKind;
  readonly version: string;
  /** 0..2³²-1 */
  readonly seed: number;
  /** Routing: accuracy asked of what is automated, above 0 and at most 1. */
  readonly targetAccuracy: number | undefined;
  /** Clustering: smaller groups are no topic, 2 or more. */
  readonly minTopicSize: number | undefined;
}

const NAMES = ['kind', 'version', 'seed', 'targetAccuracy', 'minTopicSize'];

/** @throws TrainingDataError naming the one that is missing, unknown or out of range */
export const parseHyperparameters = (given: Readonly<Record<string, string>>): Hyperparameters => {
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new TrainingDataError(`There is no hyperparameter "${unknown}"; there are ${NAMES.join(', ')}.`);
  const { kind, version } = given;
  if (kind !== 'routing' && kind !== 'clustering') throw wrong('kind', kind, 'routing or clustering');
  if (version === undefined || !/^[\w.-]{1,32}$/u.test(version)) throw wrong('version', version, 'a version such as 12');
  const seed = numberIn(given, 'seed', `a whole number from 0 to ${LARGEST_SEED}`, (value) => isWhole(value, 0, LARGEST_SEED));
  if (seed === undefined) throw wrong('seed', undefined, `a whole number from 0 to ${LARGEST_SEED}`);
  return {
    kind,
    version,
    seed,
    targetAccuracy: numberIn(given, 'targetAccuracy', 'above 0 and at most 1', (value) => value > 0 && value <= 1),
    minTopicSize: numberIn(given, 'minTopicSize', 'a whole number of 2 or more', (value) => isWhole(value, 2, LARGEST_SEED)),
  };
};

const numberIn = (
  given: Readonly<Record<string, string>>,
  name: string,
  expected: string,
  fits: (value: number) => boolean,
): number | undefined => {
  const text = given[name];
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !fits(value)) throw wrong(name, text, expected);
  return value;
};

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const wrong = (name: string, value: string | undefined, expected: string): TrainingDataError =>
  new TrainingDataError(
    `Hyperparameter "${name}" is ${value === undefined ? 'missing' : JSON.stringify(value)}; it must be ${expected}.`,
  );
