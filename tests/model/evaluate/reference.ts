import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Outcome } from '../../../model/evaluate/outcome.ts';

/** What scikit-learn and numpy say of small data; see fixtures/make_reference.py. */
interface Reference {
  readonly classification: readonly {
    readonly classes: number;
    readonly probabilities: readonly number[];
    readonly actual: readonly number[];
    readonly accuracy: number;
    readonly macroF1: number;
    readonly ece: number;
    readonly brier: number;
    /** Null where probabilities are tied. */
    readonly aurc: number | null;
    readonly labels: Readonly<Record<'label' | 'precision' | 'recall' | 'f1' | 'support', readonly number[]>>;
  }[];
  readonly ties: readonly { readonly confidence: readonly number[]; readonly right: readonly boolean[]; readonly aurc: number }[];
  readonly ranking: readonly {
    readonly positives: readonly number[];
    readonly negatives: readonly number[];
    readonly auroc: number;
  }[];
}

export const reference: Reference = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'reference.json'), 'utf8'));

/** Agreement asked of numbers that are computed in another order. */
export const DIGITS = 10;

export const outcome = (label: number, actual: number, probability = 1): Outcome => ({ label, actual, probability });

const oneOutcome = fc.record({
  label: fc.nat(3),
  actual: fc.nat(4),
  // Few distinct values among many, so that ties are common.
  probability: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.2, 0.5, 0.9, 1)),
});

export const anyOutcomes = fc.array(oneOutcome, { minLength: 1, maxLength: 60 });

/** Outcomes, and the same in another order. */
export const shuffledOutcomes = anyOutcomes.chain((outcomes) =>
  fc.tuple(fc.constant(outcomes), fc.shuffledSubarray(outcomes, { minLength: outcomes.length, maxLength: outcomes.length })),
);
