import { assessHead } from './assess-head.ts';
import type { HeadReadiness } from './assess-head.ts';
import { assessTexts } from './assess-texts.ts';
import type { TextReadiness } from './assess-texts.ts';
import type { CrossValidate } from './cross-validate.ts';
import { findDuplicates } from './near-duplicates.ts';

/** What data can carry, before any training. */
export interface Readiness {
  readonly texts: TextReadiness;
  readonly heads: Readonly<Record<string, HeadReadiness>>;
}

export interface ReadinessData {
  readonly texts: readonly string[];
  /** Head → label of each text, undefined where it has none. */
  readonly labels: Readonly<Record<string, readonly (string | undefined)[]>>;
  /** 0..2³²-1; the same data and seed give the same answer. */
  readonly seed: number;
}

/**
 * @param crossValidate the model by which the data is judged
 * @param onHead is told which head is judged next
 */
export const assessReadiness = async (
  { texts, labels, seed }: ReadinessData,
  crossValidate: CrossValidate,
  onHead: (head: string) => void = () => {},
): Promise<Readiness> => {
  const duplicates = findDuplicates(texts, seed);
  const heads: [string, HeadReadiness][] = [];
  for (const [head, given] of Object.entries(labels)) {
    onHead(head);
    heads.push([head, await assessHead({ texts, labels: given, duplicates, seed }, crossValidate)]);
  }
  return { texts: assessTexts(texts, duplicates), heads: Object.fromEntries(heads) };
};
