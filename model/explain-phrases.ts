import { readableToken } from './grams.ts';

/** A word joins its neighbours where it has this share of the weight of the text's heaviest word, … */
const WORTH_JOINING = 0.25;
/** … but a phrase stays short enough to say what it is that counts. */
const LONGEST_PHRASE = 3;
/** Ends a phrase. */
const STOP = /[.,;:!?…)\]}。、，！？；：]$/u;
const START = /^[([{]/u;

/** See FeatureContribution. */
interface Piece {
  readonly feature: string;
  readonly contribution: number;
}

/**
 * Joins neighbouring words that pull the same way, each with some weight, into phrases; the same word or phrase at several places is
 * one piece. Contributions of the pieces add up to those of the tokens.
 * @param tokens of normalised text
 * @param contributions one a token
 */
export const joinPhrases = (tokens: readonly string[], contributions: Float64Array): Piece[] => {
  const heaviest = contributions.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const pieces = new Map<string, number>();
  for (let first = 0; first < tokens.length;) {
    let end = first + 1;
    while (end < tokens.length && end - first < LONGEST_PHRASE && joins(end)) end++;
    const feature = tokens.slice(first, end).map(readableToken).join(' ');
    const contribution = contributions.subarray(first, end).reduce((sum, value) => sum + value, 0);
    pieces.set(feature, (pieces.get(feature) ?? 0) + contribution);
    first = end;
  }
  return Array.from(pieces, ([feature, contribution]) => ({ feature, contribution }));

  /** Whether a token goes on with the phrase that the one before it is in. */
  function joins(at: number): boolean {
    const [before, own] = [contributions[at - 1]!, contributions[at]!];
    return (
      before * own > 0 &&
      Math.min(Math.abs(before), Math.abs(own)) >= WORTH_JOINING * heaviest &&
      !STOP.test(tokens[at - 1]!) &&
      !START.test(tokens[at]!)
    );
  }
};
