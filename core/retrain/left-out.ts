import type { LeftOut } from './take-snapshot.ts';

/**
 * What was left out of a snapshot and why, in a sentence; empty where nothing was.
 * @param taken tickets that are in it
 */
export const leftOutSentence = ({ older, withoutLabel, empty }: Omit<LeftOut, 'reason'>, taken: number): string => {
  const parts = [
    ...(older > 0
      ? [
          `about ${number(older)} outcomes of older tickets, because a training learns from the newest ${number(taken + withoutLabel)}`,
        ]
      : []),
    ...(withoutLabel > 0 ? [`${number(withoutLabel)} tickets whose labels are retired, or could be another today`] : []),
    ...(empty > 0 ? [`${number(empty)} outcomes without a label or without a word`] : []),
  ];
  return parts.length === 0 ? '' : `Left out: ${parts.join('; ')}.`;
};

const number = (count: number): string => count.toLocaleString('en');
