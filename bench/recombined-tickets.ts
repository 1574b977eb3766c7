import type { TrainingExample } from '../model/examples.ts';
import { byCodeUnits, seededRandom } from '../model/random.ts';

/**
 * As many tickets as asked for, out of few: each is the first half of one text and the second half of another of the same label. More
 * labels than there are come from dividing each by where its first halves are from, so they can be told apart. Same arguments, same tickets.
 * @param examples labelled ones
 * @param labelCount at least as many as there are, and few enough that each is made of several texts
 */
export const recombineTickets = (
  examples: readonly TrainingExample[],
  head: string,
  count: number,
  labelCount: number,
  seed: number,
): readonly TrainingExample[] => {
  const random = seededRandom(seed);
  const labels = [...new Set(examples.map((example) => example.labels[head]!))].sort(byCodeUnits);
  if (labelCount < labels.length) throw new RangeError(`${labelCount} labels are fewer than the ${labels.length} there are.`);
  const groups = labels.flatMap((label, at) => {
    const texts = examples.filter((example) => example.labels[head] === label).map(({ text }) => text.split(/\s+/u));
    const parts = Math.floor(labelCount / labels.length) + (at < labelCount % labels.length ? 1 : 0);
    return Array.from({ length: parts }, (_, part) => ({
      label: parts === 1 ? label : `${label} ${part}`,
      firsts: texts.filter((__, index) => index % parts === part),
      seconds: texts,
    }));
  });
  const oneOf = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: count }, (_, index): TrainingExample => {
    const { label, firsts, seconds } = groups[index % groups.length]!;
    const first = oneOf(firsts);
    const second = oneOf(seconds);
    return {
      ...examples[0]!,
      ticketId: `recombined-${String(index).padStart(6, '0')}`,
      text: [...first.slice(0, Math.ceil(first.length / 2)), ...second.slice(Math.ceil(second.length / 2))].join(' '),
      labels: { [head]: label },
    };
  });
};
