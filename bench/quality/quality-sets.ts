import { join } from 'node:path';
import { holdOut, readCsv, sampleFewShot, textsOf } from './labelled-text.ts';
import type { LabelledText } from './labelled-text.ts';

/** `validation` trains and judges on training texts only, so that tuning cannot see a test split. */
export type Mode = 'validation' | 'test';

/** What one training gets, and what it is judged by. */
export interface QualitySplit {
  readonly train: readonly LabelledText[];
  /** Given to the training without labels. */
  readonly unlabelled: readonly string[];
  /** Given to the training as its validation examples. */
  readonly validation: readonly LabelledText[];
  readonly judged: readonly LabelledText[];
  /** Never seen in training. */
  readonly outOfScope: readonly string[];
}

/** A goal of the set, by the name of a number of the result. */
export interface QualityGoal {
  readonly number: 'accuracy' | 'auroc' | 'recallAt95';
  readonly floor: number;
  /** Published, or asked for; the first is the nearer one. */
  readonly aims: readonly number[];
}

export interface QualitySet {
  readonly name: string;
  readonly source: string;
  /** What is judged in each mode, in words. */
  readonly splits: Readonly<Record<Mode, string>>;
  readonly seeds: readonly number[];
  readonly goals: readonly QualityGoal[];
  /** The files read in a mode, relative to the folder of data sets. */
  readonly files: Readonly<Record<Mode, readonly string[]>>;
  readonly split: (folder: string, mode: Mode, seed: number) => QualitySplit;
}

/** A sixth of the training texts is held out for validation. */
const HELD_OUT_PARTS = 6;
const FEW_SHOT = 10;
const THREE_SEEDS = [1, 2, 3];
const FIVE_SEEDS = [1, 2, 3, 4, 5];

const BANKING77 = 'Banking77 (Casanueva et al. 2020), CC BY 4.0';
const CLINC150 = 'CLINC150 (Larson et al. 2019), CC BY 3.0';
const HINT3 = 'HINT3 v1 (Arora et al. 2020), ODbL 1.0';
const HELD_OUT = 'a sixth of the training texts, held out by seed';

interface Corpus {
  readonly folder: string;
  readonly labelColumn: string;
}

const banking77: Corpus = { folder: 'banking77', labelColumn: 'category' };
const clinc150: Corpus = { folder: 'clinc150', labelColumn: 'label' };

const readPart = (folder: string, corpus: Corpus, part: string): readonly LabelledText[] =>
  textsOf(readCsv(join(folder, corpus.folder, `${part}.csv.gz`)), 'text', corpus.labelColumn);

/** The training and the judged texts of a corpus whose official splits are files. */
const officialSplit = (
  folder: string,
  corpus: Corpus,
  mode: Mode,
  seed: number,
): { readonly train: readonly LabelledText[]; readonly judged: readonly LabelledText[] } => {
  const train = readPart(folder, corpus, 'train');
  if (mode === 'test') return { train, judged: readPart(folder, corpus, 'test') };
  const { kept, heldOut } = holdOut(train, HELD_OUT_PARTS, seed);
  return { train: kept, judged: heldOut };
};

const nothingElse = { unlabelled: [], validation: [], outOfScope: [] };

const filesOf = (corpus: Corpus): QualitySet['files'] => ({
  validation: [`${corpus.folder}/train.csv.gz`],
  test: [`${corpus.folder}/train.csv.gz`, `${corpus.folder}/test.csv.gz`],
});

const fewShotSet = (name: string, corpus: Corpus, source: string, floor: number, aims: readonly number[]): QualitySet => ({
  name,
  source,
  splits: {
    validation: `${FEW_SHOT} texts a label by seeded shuffle, the rest without labels; judged by ${HELD_OUT}`,
    test: `${FEW_SHOT} texts a label by seeded shuffle of the training split, the rest without labels; official test split`,
  },
  seeds: FIVE_SEEDS,
  goals: [{ number: 'accuracy', floor, aims }],
  files: filesOf(corpus),
  split: (folder, mode, seed) => {
    const { train, judged } = officialSplit(folder, corpus, mode, seed);
    const { chosen, rest } = sampleFewShot(train, FEW_SHOT, seed);
    return { ...nothingElse, train: chosen, unlabelled: rest.map(({ text }) => text), judged };
  },
});

const OUT_OF_SCOPE = 'NO_NODES_DETECTED';

const hint3Set = (bot: string, floor: number, aims: readonly number[]): QualitySet => {
  const files = ['hint3_support_bots/hint3.csv.gz'];
  return {
    name: `hint3-${bot}`,
    source: HINT3,
    splits: { validation: HELD_OUT, test: 'official test split of version 1; accuracy in scope' },
    seeds: THREE_SEEDS,
    goals: [{ number: 'accuracy', floor, aims }],
    // One file holds both splits; rows of the other are dropped as they are read.
    files: { validation: files, test: files },
    split: (folder, mode, seed) => {
      const rows = readCsv(join(folder, files[0]!)).filter((row) => row['version'] === 'v1' && row['bot'] === bot);
      const part = (split: string): readonly LabelledText[] =>
        textsOf(
          rows.filter((row) => row['split'] === split),
          'sentence',
          'label',
        );
      if (mode === 'validation') {
        const { kept, heldOut } = holdOut(part('train'), HELD_OUT_PARTS, seed);
        return { ...nothingElse, train: kept, judged: heldOut };
      }
      const tests = part('test');
      return {
        ...nothingElse,
        train: part('train'),
        judged: tests.filter(({ label }) => label !== OUT_OF_SCOPE),
        outOfScope: tests.filter(({ label }) => label === OUT_OF_SCOPE).map(({ text }) => text),
      };
    },
  };
};

export const QUALITY_SETS: readonly QualitySet[] = [
  {
    name: 'banking77',
    source: BANKING77,
    splits: { validation: HELD_OUT, test: 'official test split' },
    seeds: THREE_SEEDS,
    goals: [{ number: 'accuracy', floor: 0.932, aims: [0.937] }],
    files: filesOf(banking77),
    split: (folder, mode, seed) => ({ ...nothingElse, ...officialSplit(folder, banking77, mode, seed) }),
  },
  fewShotSet('banking77-10shot', banking77, BANKING77, 0.825, [0.852, 0.872]),
  fewShotSet('clinc150-10shot', clinc150, CLINC150, 0.89, [0.933, 0.942]),
  {
    name: 'clinc150',
    source: CLINC150,
    splits: {
      validation: `${HELD_OUT}; out of scope: oos_train and oos_val, in no training`,
      test: 'official train, val as validation, test; out of scope: oos_test, no such text in training or validation',
    },
    seeds: THREE_SEEDS,
    goals: [
      { number: 'accuracy', floor: 0.956, aims: [0.972] },
      { number: 'auroc', floor: 0.975, aims: [0.98] },
      { number: 'recallAt95', floor: 0.6, aims: [0.66] },
    ],
    files: {
      validation: ['train', 'oos_train', 'oos_val'].map((part) => `clinc150/${part}.csv.gz`),
      test: ['train', 'val', 'test', 'oos_test'].map((part) => `clinc150/${part}.csv.gz`),
    },
    split: (folder, mode, seed) => {
      const strange = mode === 'test' ? ['oos_test'] : ['oos_train', 'oos_val'];
      return {
        ...nothingElse,
        ...officialSplit(folder, clinc150, mode, seed),
        validation: mode === 'test' ? readPart(folder, clinc150, 'val') : [],
        outOfScope: strange.flatMap((part) => readPart(folder, clinc150, part).map(({ text }) => text)),
      };
    },
  },
  hint3Set('curekart', 0.8, [0.84]),
  hint3Set('sofmattress', 0.72, [0.74]),
];
