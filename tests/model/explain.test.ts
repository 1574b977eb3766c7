import { beforeAll, describe, expect, test } from 'vitest';
import { explainScores } from '../../model/explain.ts';
import type { Explanation } from '../../model/explain.ts';
import { normaliseText, wordsOf } from '../../model/grams.ts';
import { seededRandom, shuffleInPlace } from '../../model/random.ts';
import { judge, openRouting, readTexts } from '../../model/routing-model.ts';
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

let model: RoutingModel;
let head: RoutingHead;
beforeAll(async () => {
  model = await openRouting(
    await trainTeams({ examples: examples.slice(0, 240), validation: examples.slice(240) }),
    await defaultEncoder(),
  );
  head = model.heads[0]!;
});

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
  const read = { ...(await readTexts(model, texts)), dissected: texts.map(model.vectorizer.dissect) };
  const opinion = await judge(by, read);
  return {
    explanations: await explainScores(model.space, by, read, labels, opinion),
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
    const texts = [
      'the courier was billed twice for my bike, refund!',
      '☂',
      '',
      ...examples.slice(240, 250).map(({ text }) => text),
    ];
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
    const linear: RoutingHead = { ...head, manifest: { ...head.manifest, networkWeight: 0, statesWeight: 0, linearWeight: 2 } };
    const texts = examples.slice(240, 260).map(({ text }) => text);
    for (const label of [0, 3]) {
      const { explanations } = await explain(texts, new Int32Array(texts.length).fill(label), linear);
      for (const { remainder } of explanations) expect(remainder).toBeCloseTo(2 * head.linear.relativeBias(label), 4);
    }
  });

  test('of the network alone names words of the text, and leaves what no word carries', async () => {
    const network: RoutingHead = { ...head, manifest: { ...head.manifest, linearWeight: 0 } };
    const { explanations, relative } = await explain(
      ['my refund for the returned helmet has not arrived'],
      Int32Array.of(0),
      network,
    );
    expect(explanations[0]!.pieces.map(({ feature }) => feature)).toEqual(expect.arrayContaining(['refund', 'helmet']));
    expect(totalOf(explanations[0]!) + explanations[0]!.remainder).toBeCloseTo(relative[0]!, 4);
    expect(explanations[0]!.remainder).not.toBeCloseTo(0, 3);
  });

  test.each([
    ['of both parts', {}],
    ['of the network alone', { linearWeight: 0 }],
  ])('%s is faithful: without its three strongest words a label loses more than without three others', async (_, weights) => {
    const by: RoutingHead = { ...head, manifest: { ...head.manifest, ...weights } };
    const texts = examples
      .slice(240, 360)
      .map(({ text }) => wordsOf(normaliseText(text)).join(' '))
      .filter((text) => text.split(' ').length >= 10)
      .slice(0, 60);
    expect(texts).toHaveLength(60);
    const labels = await predictedLabels(texts, by);
    const { explanations, relative } = await explain(texts, labels, by);
    const random = seededRandom(3);
    const without = (text: string, removed: readonly string[]): string =>
      text
        .split(' ')
        .filter((word) => !removed.includes(word))
        .join(' ');
    const strongest = texts.map((text, row) => {
      const words = new Set(text.split(' '));
      const single = explanations[row]!.pieces.filter(({ feature, contribution }) => words.has(feature) && contribution > 0);
      return single.slice(0, 3).map(({ feature }) => feature);
    });
    const others = texts.map((text, row) => {
      const words = [...new Set(text.split(' '))].filter((word) => !strongest[row]!.includes(word));
      const order = shuffleInPlace(Int32Array.from(words.keys()), random);
      return Array.from(order.subarray(0, strongest[row]!.length), (at) => words[at]!);
    });
    const meanLoss = async (removed: readonly (readonly string[])[]): Promise<number> => {
      const left = await readTexts(
        model,
        texts.map((text, row) => without(text, removed[row]!)),
      );
      const after = relativeScores((await judge(by, left)).scores, labels);
      return relative.reduce((sum, before, row) => sum + before - after[row]!, 0) / texts.length;
    };
    const [ofStrongest, ofOthers] = [await meanLoss(strongest), await meanLoss(others)];
    // Shuffled contributions of the same words lose about 0.2.
    expect(ofStrongest).toBeGreaterThan(0.5);
    expect(ofStrongest).toBeGreaterThan(2 * ofOthers);
  });
});
