export interface JoinedSpellings {
  /** What each label is called from now on. */
  readonly nameOf: ReadonlyMap<string, string>;
  /** Names that stand for several spellings, with the others. */
  readonly joined: readonly { readonly name: string; readonly others: readonly string[] }[];
}

/**
 * Joins labels that differ only by case, by blanks or in how Unicode writes them, under the most frequent spelling (the first seen of
 * equally frequent ones).
 * @param counts labels with how often they occur, in the order seen
 * @param known spellings that go before all others, such as those of a model; two of them are never joined
 */
export const joinSpellings = (counts: ReadonlyMap<string, number>, known: readonly string[] = []): JoinedSpellings => {
  const kept = new Set(known);
  const knownBy = new Map(known.toReversed().map((label) => [plainLabel(label), label]));
  const groups = Map.groupBy(counts, ([label]) => plainLabel(label));
  const nameOf = new Map<string, string>();
  const joined: { readonly name: string; readonly others: readonly string[] }[] = [];
  for (const [form, spellings] of groups) {
    const [first] = spellings.toSorted(([, left], [, right]) => right - left);
    const name = knownBy.get(form) ?? first![0];
    const others: string[] = [];
    for (const [label] of spellings) {
      nameOf.set(label, kept.has(label) ? label : name);
      if (nameOf.get(label) !== label) others.push(label);
    }
    if (others.length > 0) joined.push({ name, others });
  }
  return { nameOf, joined };
};

/** @returns the label without blanks around it, and single ones within */
export const tidyLabel = (label: string): string => label.trim().replaceAll(/\s+/gu, ' ');

/** What labels that differ only by case, blanks or Unicode's ways to write them have in common. */
export const plainLabel = (label: string): string => tidyLabel(label.normalize('NFKC')).toLowerCase();
