import { plainLabel } from './join-spellings.ts';
import type { HeadDeclaration, LabelDeclaration } from './label-declaration.ts';

/** What labels of the past are called today. */
export interface LabelMap {
  /** The name of today; undefined for a label that was retired without a successor. */
  current(head: string, label: string): string | undefined;
  /**
   * Labels of a ticket of the past, as training may learn them: by their names of today, and without those that today could be
   * another (before a label was split off from it).
   * @param time of the ticket, ISO 8601 in UTC
   */
  historic(labels: Readonly<Record<string, string>>, time: string): Readonly<Record<string, string>>;
  /** Names of today that the declaration spells out; their spelling goes before all others. */
  named(head: string): readonly string[];
}

interface HeadMap {
  /** Plain form → name of today, null for none. */
  readonly today: ReadonlyMap<string, string | null>;
  /** Plain form of a name of today → before this day it may be another. */
  readonly splitOn: ReadonlyMap<string, string>;
  readonly named: readonly string[];
}

export const labelMapOf = ({ heads }: LabelDeclaration): LabelMap => {
  const maps = new Map(Object.entries(heads).map(([head, declared]) => [head, headMap(declared)]));
  const current = (head: string, label: string): string | undefined => {
    const today = maps.get(head)?.today.get(plainLabel(label));
    return today === undefined ? label : (today ?? undefined);
  };
  return {
    current,
    historic: (labels, time) =>
      Object.fromEntries(
        Object.entries(labels).flatMap(([head, label]): [string, string][] => {
          const today = current(head, label);
          if (today === undefined) return [];
          const split = maps.get(head)?.splitOn.get(plainLabel(today));
          return split !== undefined && time < split ? [] : [[head, today]];
        }),
      ),
    named: (head) => maps.get(head)?.named ?? [],
  };
};

const headMap = ({ renamed, added, retired }: HeadDeclaration): HeadMap => {
  const next = new Map([...Object.entries(renamed), ...Object.entries(retired)].map(([from, to]) => [plainLabel(from), to]));
  // Ends: a declaration that goes in a circle is refused when it is parsed.
  const end = (label: string): string | null => {
    const to = next.get(plainLabel(label));
    return to === undefined ? label : to === null ? null : end(to);
  };
  const splitOn = new Map<string, string>();
  for (const { since, from } of Object.values(added))
    for (const label of from) {
      const key = plainLabel(end(label) ?? label);
      splitOn.set(key, [splitOn.get(key) ?? since, since].toSorted().at(-1)!);
    }
  const today = new Map([...next.keys()].map((key) => [key, end(key)]));
  const targets = [...next.values()].filter((to): to is string => to !== null && !next.has(plainLabel(to)));
  return { today, splitOn, named: [...new Set([...targets, ...Object.keys(added)])] };
};

/** Nothing was renamed, added or retired. */
export const NO_LABEL_CHANGES: LabelMap = labelMapOf({ heads: {} });
