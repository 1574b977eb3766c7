import { TrainingDataError } from './errors.ts';
import { labelOf } from './examples.ts';
import type { TrainingExample } from './examples.ts';

const FEWEST_EXAMPLES = 2;

export interface HeadClasses {
  readonly labels: readonly string[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** @throws TrainingDataError where fewer than two labels have two examples */
export const chooseClasses = (name: string, examples: readonly TrainingExample[]): HeadClasses => {
  const counts = new Map<string, number>();
  for (const example of examples) {
    const label = labelOf(example, name);
    if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const sorted = [...counts.keys()].sort();
  const labels = sorted.filter((label) => counts.get(label)! >= FEWEST_EXAMPLES);
  const leftOut = sorted.filter((label) => counts.get(label)! < FEWEST_EXAMPLES);
  if (labels.length < 2)
    throw new TrainingDataError(
      `Head "${name}" has ${labels.length === 1 ? `only the label "${labels[0]}"` : 'no label'} with ${FEWEST_EXAMPLES} or more examples` +
        `${leftOut.length > 0 ? ` (${leftOut.length} with one)` : ''}; it takes two labels to tell them apart. Add examples, or leave the head out.`,
    );
  return { labels, leftOut: Object.fromEntries(leftOut.map((label) => [label, counts.get(label)!])) };
};

/** A text that has a label of the head, by its position. */
export interface LabelledPosition {
  readonly position: number;
  readonly label: number;
}

export const labelledPositions = (
  head: HeadClasses & { readonly name: string },
  examples: readonly TrainingExample[],
): readonly LabelledPosition[] => {
  const classOf = new Map(head.labels.map((label, index) => [label, index]));
  return examples.flatMap((example, position) => {
    const named = labelOf(example, head.name);
    const label = named === undefined ? undefined : classOf.get(named);
    return label === undefined ? [] : [{ position, label }];
  });
};
