import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stratifiedFolds } from '../../model/folds.ts';
import { seededRandom, shuffleInPlace } from '../../model/random.ts';

export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Rows of a `.csv.gz` with a header. */
export const readCsv = (file: string): readonly Readonly<Record<string, string>>[] =>
  parse(gunzipSync(readFileSync(file)), { columns: true });

export const textsOf = (
  rows: readonly Readonly<Record<string, string>>[],
  text: string,
  label: string,
): readonly LabelledText[] => rows.map((row) => ({ text: row[text] ?? '', label: row[label] ?? '' }));

/**
 * A few texts of each label, the rest without regard to labels: the texts of each label, labels in alphabetical order, are
 * shuffled (Fisher-Yates, one Mulberry32 sequence of the seed for all labels) and the first `perLabel` taken.
 */
export const sampleFewShot = (
  texts: readonly LabelledText[],
  perLabel: number,
  seed: number,
): { readonly chosen: readonly LabelledText[]; readonly rest: readonly LabelledText[] } => {
  const random = seededRandom(seed);
  const labels = [...new Set(texts.map(({ label }) => label))].sort();
  const chosen = new Set(
    labels.flatMap((label) => {
      const positions = texts.flatMap((each, position) => (each.label === label ? [position] : []));
      return [...shuffleInPlace(Int32Array.from(positions), random).subarray(0, perLabel)];
    }),
  );
  return {
    chosen: texts.filter((_, position) => chosen.has(position)),
    rest: texts.filter((_, position) => !chosen.has(position)),
  };
};

/** One of `parts` equal parts, each label divided alike, is held out. */
export const holdOut = (
  texts: readonly LabelledText[],
  parts: number,
  seed: number,
): { readonly kept: readonly LabelledText[]; readonly heldOut: readonly LabelledText[] } => {
  const labels = [...new Set(texts.map(({ label }) => label))].sort();
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const classes = Int32Array.from(texts, ({ label }) => classOf.get(label)!);
  const folds = stratifiedFolds(classes, labels.length, parts, seed);
  return {
    kept: texts.filter((_, position) => folds[position] !== 0),
    heldOut: texts.filter((_, position) => folds[position] === 0),
  };
};
