import { labelOf } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { pseudoLabelIn } from './few-labels/pseudo-label.ts';
import { selfTrainedSpace } from './few-labels/self-trained-space.ts';
import { gatherRows } from './gather-rows.ts';
import type { HeadClasses, LabelledPosition } from './head-classes.ts';
import { samplePositions } from './random.ts';

/** Up to this many examples a label on average, texts without a label are worth labelling by what they resemble. */
const FEW_PER_LABEL = 50;
/** Fewer texts without a label tell little of how the others lie. */
const FEWEST_UNLABELLED = 500;
/** Texts that labels spread over; comparing them with one another grows with the square. */
const MOST_POOLED = 15_000;

/** A head, and the texts that it is taught from. */
export interface TaughtHead {
  readonly head: HeadClasses & { readonly name: string };
  readonly training: {
    readonly examples: readonly TrainingExample[];
    /** n × inputs, of unit length */
    readonly dense: Float32Array;
  };
  /** Values of a dense row. */
  readonly inputs: number;
  readonly seed: number;
}

/** What is taught from the labelled texts that may be seen; `unseen` ones must not be learned from in any way. */
export type Teach = (seen: readonly LabelledPosition[], unseen: readonly LabelledPosition[]) => Promise<Lesson>;

/**
 * Where labels are few and texts without a label many, these are labelled first, by what they resemble; the classifiers then learn
 * from both.
 */
export const openTeaching = async (
  given: TaughtHead,
  learn: readonly LabelledPosition[],
): Promise<{ readonly kind: 'labels' | 'pseudo-labels'; readonly teach: Teach }> => {
  const { head, training, inputs, seed } = given;
  const classCount = head.labels.length;
  const isLabelled = new Set(learn.map(({ position }) => position));
  const unlabelled = Int32Array.from(
    training.examples.flatMap((example, position) => (labelOf(example, head.name) === undefined ? [position] : [])),
  );
  if (learn.length > FEW_PER_LABEL * classCount || unlabelled.length < Math.max(FEWEST_UNLABELLED, learn.length))
    return { kind: 'labels', teach: (seen) => Promise.resolve(lessonOf(given, seen)) };
  const chosen = samplePositions(unlabelled.length, Math.max(0, MOST_POOLED - learn.length), seed);
  const pool = [...isLabelled, ...Array.from(chosen, (at) => unlabelled[at]!)];
  const rows = gatherRows(training.dense, pool, inputs);
  const space = await selfTrainedSpace({ rows, dimension: inputs, classCount, seed });
  const rowOf = new Map(pool.map((position, row) => [position, row]));
  return {
    kind: 'pseudo-labels',
    teach: async (seen, unseen) => {
      const classes = new Int32Array(pool.length).fill(-1);
      for (const { position, label } of seen) classes[rowOf.get(position)!] = label;
      const labels = await pseudoLabelIn(space, classes, classCount);
      const hidden = new Set(unseen.map(({ position }) => position));
      const positions = pool.filter((position) => !hidden.has(position));
      return {
        positions,
        targets: gatherRows(
          labels,
          positions.map((position) => rowOf.get(position)!),
          classCount,
        ),
      };
    },
  };
};

/** What a classifier is taught: positions of training texts, and how much each belongs to each class. */
export interface Lesson {
  readonly positions: readonly number[];
  /** positions × classes, rows sum to 1 */
  readonly targets: Float32Array;
}

/** From the labelled texts alone. */
const lessonOf = ({ head }: TaughtHead, learn: readonly LabelledPosition[]): Lesson => {
  const classCount = head.labels.length;
  const targets = new Float32Array(learn.length * classCount);
  learn.forEach(({ label }, row) => (targets[row * classCount + label] = 1));
  return { positions: learn.map(({ position }) => position), targets };
};
