import { beforeAll, describe, expect, test } from 'vitest';
import { lendRouting } from '../../../model/cluster/lend-routing.ts';
import type { LentTexts } from '../../../model/cluster/lend-routing.ts';
import { openRouting } from '../../../model/routing-model.ts';
import type { RoutingModel } from '../../../model/routing-model.ts';
import { defaultEncoder, teamExamples, trainTeams } from '../../support/trained-routing.ts';

const UNSEEN = ['hardware', 'access'];
const seen = (count: number, seed: number) => teamExamples(count, seed).filter(({ labels }) => !UNSEEN.includes(labels['team']!));

/** Of rows of the same group, and of different ones. */
const meanCosines = (
  { rows, dimension }: LentTexts,
  groups: readonly string[],
): { readonly within: number; readonly between: number } => {
  const sums = { within: 0, between: 0 };
  const counts = { within: 0, between: 0 };
  for (const [one, group] of groups.entries())
    for (let other = 0; other < one; other++) {
      const kind = group === groups[other] ? 'within' : 'between';
      for (let at = 0; at < dimension; at++) sums[kind] += rows[one * dimension + at]! * rows[other * dimension + at]!;
      counts[kind]++;
    }
  return { within: sums.within / counts.within, between: sums.between / counts.between };
};

describe('texts read with what routing has learned from other labels', () => {
  let model: RoutingModel;
  beforeAll(async () => {
    model = await openRouting(await trainTeams({ examples: seen(160, 1), validation: seen(400, 2) }), await defaultEncoder());
  });

  test('lie nearer to those of the same unseen label than to others', async () => {
    const examples = teamExamples(120, 3).filter(({ labels }) => UNSEEN.includes(labels['team']!));
    const lent = await lendRouting(
      model,
      examples.map(({ text }) => text),
      1,
    );
    const { within, between } = meanCosines(
      lent,
      examples.map(({ labels }) => labels['team']!),
    );
    expect(within).toBeGreaterThan(between + 0.1);
  });

  test('hold what each head sees beside their own values, in rows of length 1', async () => {
    const texts = teamExamples(40, 3).map(({ text }) => text);
    const { rows, dimension, blank } = await lendRouting(model, texts, 1);
    expect(blank).toEqual(texts.map(() => false));
    expect(dimension).toBeGreaterThan(model.heads[0]!.statesNetwork.weights.hidden);
    expect(rows).toHaveLength(texts.length * dimension);
    for (const at of texts.keys()) expect(Math.hypot(...rows.subarray(at * dimension, (at + 1) * dimension))).toBeCloseTo(1, 5);
  });

  test('of which nothing is known are told, wherever they stand', async () => {
    const texts = ['', ...teamExamples(40, 3).map(({ text }) => text), ' '];
    const { blank } = await lendRouting(model, texts, 1);
    expect(blank.flatMap((isBlank, at) => (isBlank ? [at] : []))).toEqual([0, 41]);
  });

  test('are told of as they are read, up to the last', async () => {
    const told: number[] = [];
    await lendRouting(
      model,
      teamExamples(40, 3).map(({ text }) => text),
      1,
      (done, total) => told.push(done / total),
    );
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
  });
});
