import type { Pointer } from '../retrain/pointer.ts';
import { sha256 } from '../sha256.ts';

export interface ChosenVersion {
  readonly version: number;
  /** Probability with which this version is chosen for a ticket, 0 < p ≤ 1. */
  readonly propensity: number;
}

/**
 * Which version scores a ticket: the champion, or in a canary the challenger for its share of the tickets.
 * The ticket's id decides, so that retries and later versions of a ticket meet the same model.
 * @returns undefined before the first promotion
 */
export const chooseVersion = (pointer: Pointer, ticketId: string): ChosenVersion | undefined => {
  if (pointer.champion === null) return undefined;
  const { challenger } = pointer;
  if (!challenger || challenger.share === 0) return { version: pointer.champion, propensity: 1 };
  const inCanary = unitInterval(`${challenger.version}#${ticketId}`) < challenger.share;
  return inCanary
    ? { version: challenger.version, propensity: challenger.share }
    : { version: pointer.champion, propensity: 1 - challenger.share };
};

/** A hash spread evenly over [0, 1). */
const unitInterval = (text: string): number => Number.parseInt(sha256(text).slice(0, 13), 16) / 2 ** 52;
