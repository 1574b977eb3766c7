import { sha256 } from '../sha256.ts';
import type { TrainingExample } from './training-example.ts';

const VALIDATION_SHARE = 0.15;
const TEST_SHARE = 0.15;

export interface Split {
  readonly train: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
  readonly test: readonly TrainingExample[];
}

/**
 * Splits by event time: the oldest 70 % to train on, the next 15 % to choose settings by, the newest 15 % to judge by, as a model
 * is judged in life: on tickets that come after those it learned from. Among equal times (a history without them) a hash of the
 * ticket's id decides, so that a file sorted by label still gives parts of the same mixture.
 * @param examples at most one a ticket; their order does not matter
 */
export function splitByTime(examples: readonly TrainingExample[]): Split {
  const ordered = examples
    .map((example) => ({ example, time: Date.parse(example.time), tieBreak: sha256(example.ticketId) }))
    .toSorted((a, b) => a.time - b.time || (a.tieBreak < b.tieBreak ? -1 : Number(a.tieBreak > b.tieBreak)))
    .map(({ example }) => example);
  const testSize = Math.round(ordered.length * TEST_SHARE);
  const validationSize = Math.round(ordered.length * VALIDATION_SHARE);
  const trainSize = ordered.length - validationSize - testSize;
  return {
    train: ordered.slice(0, trainSize),
    validation: ordered.slice(trainSize, trainSize + validationSize),
    test: ordered.slice(trainSize + validationSize),
  };
}
