import { fitTemperature, softmaxRows } from '../calibrate.ts';
import { trainLinearSvm } from '../linear-svm.ts';
import { selectRows } from '../sparse.ts';
import { encodeWords } from './encode-words.ts';

/** What a cross-validation is given. */
export interface CrossValidation {
  readonly texts: readonly string[];
  /** Class of each text, 0..classCount-1. */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** Fold of each text, 0..foldCount-1. */
  readonly folds: Int32Array;
  readonly foldCount: number;
  readonly seed: number;
}

/**
 * Probabilities of every class for every text, by a model that was trained without that text's fold.
 * @returns texts × classCount, rows sum to 1
 */
export type CrossValidate = (data: CrossValidation) => Promise<Float64Array>;

/**
 * Cross-validates linear support vector machines over words and pairs of words, in seconds for 10,000 tickets: a floor of what a
 * trained model reaches. Word weights (no labels) are counted over all texts; one temperature is fitted over all folds.
 */
export const crossValidateWords: CrossValidate = async ({ texts, classes, classCount, folds, foldCount, seed }) => {
  const { rows, width } = encodeWords(texts);
  const positions = Array.from(folds.keys());
  const scores = new Float32Array(texts.length * classCount);
  for (let fold = 0; fold < foldCount; fold++) {
    // Lets a signal have its turn between long computations.
    await new Promise((resolve) => setImmediate(resolve));
    const seen = positions.filter((position) => folds[position] !== fold);
    const unseen = positions.filter((position) => folds[position] === fold);
    const seenClasses = Int32Array.from(seen, (position) => classes[position]!);
    const classifier = trainLinearSvm({ rows: selectRows(rows, seen), width, classes: seenClasses, classCount, seed });
    const scored = classifier.score(selectRows(rows, unseen));
    unseen.forEach((position, row) =>
      scores.set(scored.subarray(row * classCount, (row + 1) * classCount), position * classCount),
    );
  }
  return softmaxRows(scores, classCount, fitTemperature(scores, classes, classCount));
};
