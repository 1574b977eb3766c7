import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { explainScores } from '../../model/explain.ts';
import type { Explanation } from '../../model/explain.ts';
import { normaliseText, wordsOf } from '../../model/grams.ts';
import { seededRandom, shuffleInPlace } from '../../model/random.ts';
import { dissectTexts, judge, openRouting, readTexts } from '../../model/routing-model.ts';
import type { RoutingHead, RoutingModel } from '../../model/routing-model.ts';
import { mostLikely } from '../../model/ranking.ts';
import { SMALL_COMPANY, sampleTickets } from '../../samples/sample-company.ts';
import { defaultEncoder, trainTeams } from '../support/trained-routing.ts';

const examples = sampleTickets(SMALL_COMPANY).map(({ id, time, subject, body, labels }) => ({
  ticketId: id,
  time,
  text: `${subject}\n${body}`,
  labels: { team: labels.team },
}));
const unseen = examples.slice(240).map(({ text }) => text);

let model: RoutingModel;
let head: RoutingHead;
beforeAll(async () => {
  model = await openRouting(
    await trainTeams({ examples: examples.slice(0, 240), validation: examples.slice(240) }),
    await defaultEncoder(),
  );
  head = model.heads[0]!;
});

type Weights = Partial<Pick<RoutingHead['manifest'], 'networkWeight' | 'statesWeight' | 'linearWeight'>>;

const weighted = (weights: Weights): RoutingHead => ({ ...head, manifest: { ...head.manifest, words: undefined, ...weights } });
const LINEAR_ALONE: Weights = { networkWeight: 0, statesWeight: 0, linearWeight: 2 };
const NETWORKS_ALONE: Weights = { linearWeight: 0 };
const STATES_ALONE: Weights = { networkWeight: 0, linearWeight: 0 };

/** Score of a label less the mean of all, a row. */
const relativeScores = (scores: Float32Array, labels: Int32Array): readonly number[] => {
  const classCount = head.manifest.labels.length;
  return Array.from(labels, (label, row) => {
    const own = scores.subarray(row * classCount, (row + 1) * classCount);
    return own[label]! - own.reduce((sum, score) => sum + score, 0) / classCount;
  });
};

const explain = async (
  texts: readonly string[],
  labels: Int32Array,
  by: RoutingHead = head,
): Promise<{ readonly explanations: readonly Explanation[]; readonly relative: readonly number[] }> => {
  const read = await dissectTexts(model, texts);
  const opinion = await judge(by, read);
  return {
    explanations: await explainScores(model, by, read, labels, opinion),
    relative: relativeScores(opinion.scores, labels),
  };
};

const totalOf = ({ pieces }: Explanation): number => pieces.reduce((sum, { contribution }) => sum + contribution, 0);

const predictedLabels = async (texts: readonly string[], by: RoutingHead): Promise<Int32Array> => {
  const classCount = by.manifest.labels.length;
  const { scores } = await judge(by, await readTexts(model, texts));
  return Int32Array.from(texts, (_, row) => mostLikely(scores, row * classCount, classCount));
};

describe('an explanation', () => {
  test('of any label adds up to its score less the mean score, largest piece first', async () => {
    const texts = ['the courier was billed twice for my bike, refund!', '☂', '', ...unseen.slice(0, 10)];
    for (const label of [0, 3, 6]) {
      const { explanations, relative } = await explain(texts, new Int32Array(texts.length).fill(label));
      explanations.forEach((explanation, row) => {
        expect(totalOf(explanation) + explanation.remainder).toBeCloseTo(relative[row]!, 4);
        const sizes = explanation.pieces.map(({ contribution }) => Math.abs(contribution));
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      });
    }
  });

  test('splits the linear part exactly: what is left of it is the bias', async () => {
    const texts = unseen.slice(0, 20);
    for (const label of [0, 3]) {
      const { explanations } = await explain(texts, new Int32Array(texts.length).fill(label), weighted(LINEAR_ALONE));
      for (const { remainder } of explanations) expect(remainder).toBeCloseTo(2 * head.linear.relativeBias(label), 4);
    }
  });

  test('splits what the network makes of the encoder: what is left of any text is the score of the mean of all texts', async () => {
    const word = fc.constantFrom('refund', 'Helmet', 'my', 'not', 'arrived.', '(again)', '[email]', '😀', 'e-bike', "don't");
    const text = fc.array(word, { minLength: 1, maxLength: 400 }).map((words) => words.join(' '));
    const { scores } = await head.statesNetwork.evaluate(new Float32Array(head.statesNetwork.weights.inputs));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), fc.nat({ max: 6 }), async (texts, label) => {
        fc.pre(texts.every((each) => /\p{L}/u.test(each.replaceAll('[email]', ''))));
        const labels = new Int32Array(texts.length).fill(label);
        const { explanations } = await explain(texts, labels, weighted(STATES_ALONE));
        const ofMean = head.manifest.statesWeight * relativeScores(scores, Int32Array.of(label))[0]!;
        for (const { remainder } of explanations) expect(remainder).toBeCloseTo(ofMean, 3);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  test('leaves little to the text as a whole', async () => {
    const texts = unseen.slice(0, 60);
    const { explanations, relative } = await explain(texts, await predictedLabels(texts, head));
    const left = explanations.reduce((sum, { remainder }) => sum + Math.abs(remainder), 0);
    expect(left).toBeLessThan(0.35 * relative.reduce((sum, score) => sum + score, 0));
  });

  test('is the same twice', async () => {
    const labels = new Int32Array(10).fill(2);
    expect(await explain(unseen.slice(0, 10), labels)).toEqual(await explain(unseen.slice(0, 10), labels));
  });

  test('of a text that the encoder does not read names nothing of it, and leaves all that is made of reading nothing', async () => {
    const { explanations, relative } = await explain(['☂ !!'], Int32Array.of(1), weighted(STATES_ALONE));
    expect(explanations[0]!.remainder).toBeCloseTo(relative[0]!, 4);
    expect(explanations[0]!.pieces.every(({ contribution }) => contribution === 0)).toBe(true);
  });

  test.each([
    ['of all parts', {}],
    ['of the networks alone', NETWORKS_ALONE],
    ['of the network on the states alone', STATES_ALONE],
  ])('%s is faithful: without its three strongest words a label loses more than without random ones', async (_, weights) => {
    const by = weighted(weights);
    const texts = unseen
      .map((text) => wordsOf(normaliseText(text)).join(' '))
      .filter((text) => text.split(' ').length >= 10)
      .slice(0, 60);
    expect(texts).toHaveLength(60);
    const labels = await predictedLabels(texts, by);
    const { explanations, relative } = await explain(texts, labels, by);
    const random = seededRandom(3);
    const strongest = explanations.map(({ pieces }) =>
      pieces
        .filter(({ contribution }) => contribution > 0)
        .flatMap(({ feature }) => feature.split(' '))
        .slice(0, 3),
    );
    // Anything that picks words without regard to what they do loses what these lose.
    const others = texts.map((text, row) => {
      const words = [...new Set(text.split(' '))];
      const order = shuffleInPlace(Int32Array.from(words.keys()), random);
      return Array.from(order.subarray(0, strongest[row]!.length), (at) => words[at]!);
    });
    const meanLoss = async (removed: readonly (readonly string[])[]): Promise<number> => {
      const without = texts.map((text, row) =>
        text
          .split(' ')
          .filter((word) => !removed[row]!.includes(word))
          .join(' '),
      );
      const after = relativeScores((await judge(by, await readTexts(model, without))).scores, labels);
      return relative.reduce((sum, before, row) => sum + before - after[row]!, 0) / texts.length;
    };
    const [ofStrongest, ofOthers] = [await meanLoss(strongest), await meanLoss(others)];
    expect(ofStrongest).toBeGreaterThan(2.5 * Math.max(ofOthers, 0.05));
  });
});
