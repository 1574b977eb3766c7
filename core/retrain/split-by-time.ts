const VALIDATION_SHARE = 0.15;
const TEST_SHARE = 0.15;

export interface Split<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
}

/**
 * Splits by event time: the oldest 70 % to train on, the next 15 % to choose settings by, the newest 15 % to judge by, as a model
 * is judged in life: on tickets that come after those it learned from.
 * @param ordered at most one a ticket, the oldest first
 */
export const splitByTime = <T>(ordered: readonly T[]): Split<T> => {
  const testSize = Math.round(ordered.length * TEST_SHARE);
  const validationSize = Math.round(ordered.length * VALIDATION_SHARE);
  const trainSize = ordered.length - validationSize - testSize;
  return {
    train: ordered.slice(0, trainSize),
    validation: ordered.slice(trainSize, trainSize + validationSize),
    test: ordered.slice(trainSize + validationSize),
  };
};
