import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomesOf } from '../../../model/evaluate/outcome.ts';
import { seededRandom } from '../../../model/random.ts';
import { adviseOn } from '../../../model/readiness/advise.ts';
import { assessReadiness } from '../../../model/readiness/assess-readiness.ts';
import { crossValidateWords } from '../../../model/readiness/cross-validate.ts';
import type { CrossValidate } from '../../../model/readiness/cross-validate.ts';
import { groupedFolds } from '../../../model/readiness/grouped-folds.ts';
import { accuracyEstimate, coverageEstimate } from '../../../model/readiness/intervals.ts';
import { likelyMislabelled } from '../../../model/readiness/likely-mislabelled.ts';
import { overlappingLabels } from '../../../model/readiness/overlapping-labels.ts';

const WORDS: Readonly<Record<string, readonly string[]>> = {
  shipping: ['parcel', 'courier', 'delivery', 'tracking', 'address', 'depot'],
  billing: ['invoice', 'charged', 'refund', 'card', 'payment', 'price'],
  workshop: ['brake', 'chain', 'wheel', 'gears', 'squeaks', 'spoke'],
};

/** Different texts of three labels, each of five words of its label and two of any. */
const made = (count: number, seed = 1): { readonly texts: readonly string[]; readonly labels: readonly string[] } => {
  const random = seededRandom(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!;
  const names = Object.keys(WORDS);
  const any = Object.values(WORDS).flat();
  const labels = Array.from({ length: count }, (_, i) => names[i % names.length]!);
  return {
    labels,
    texts: labels.map(
      (label, i) =>
        `${Array.from({ length: 5 }, () => pick(WORDS[label]!)).join(' ')} ${pick(any)} ${pick(any)} about order ${i * 7919}`,
    ),
  };
};

describe('readiness', () => {
  test('of clear labels says how much can be expected, and that it is enough', async () => {
    const { texts, labels } = made(300);
    const readiness = await assessReadiness({ texts, labels: { team: labels }, seed: 1 }, crossValidateWords);
    const { expected, tooSmall, unlabelled } = readiness.heads['team']!;
    expect(expected?.accuracy.value).toBeGreaterThan(0.9);
    expect(expected?.accuracy.low).toBeLessThan(expected?.accuracy.value ?? 0);
    expect(expected?.coverageAt95.value).toBeGreaterThan(0.8);
    expect(expected?.largestLabel).toBeCloseTo(1 / 3);
    expect({ tooSmall, unlabelled }).toEqual({ tooSmall: [], unlabelled: 0 });
    expect(adviseOn(readiness)[0]).toMatch(/^team: enough to start with; about \d+ % of the tickets could go by themselves/);
  });

  test('finds the labels that were swapped, and little else', async () => {
    const { texts, labels } = made(300);
    const swapped = [10, 50, 90, 130, 170, 210];
    const noisy = labels.map((label, i) => (swapped.includes(i) ? (label === 'billing' ? 'shipping' : 'billing') : label));
    const { heads } = await assessReadiness({ texts, labels: { team: noisy }, seed: 1 }, crossValidateWords);
    const { mislabelled } = heads['team']!;
    expect(mislabelled.length).toBeLessThan(2 * swapped.length);
    const first = mislabelled.slice(0, swapped.length);
    expect(first.filter(({ at }) => swapped.includes(at)).length).toBeGreaterThanOrEqual(5);
    expect(first.filter(({ at, suggested }) => suggested === labels[at]).length).toBeGreaterThanOrEqual(5);
  });

  test('tells small labels, conflicts, unlabelled tickets and labels without a word to tell them by', async () => {
    const { texts, labels } = made(120);
    const more = [...texts, 'the same text twice', 'The same text, twice!', 'only one of these', 'nobody labelled this'];
    const given = [...labels, 'shipping', 'billing', 'rare', undefined];
    const random = seededRandom(5);
    const arbitrary = more.map(() => (random() < 0.5 ? 'a' : 'b'));
    const readiness = await assessReadiness(
      { texts: more, labels: { team: given, coin: arbitrary }, seed: 1 },
      crossValidateWords,
    );
    const team = readiness.heads['team']!;
    expect(team).toMatchObject({
      unlabelled: 1,
      tooSmall: [{ label: 'rare', count: 1 }],
      conflicts: [{ positions: [120, 121] }],
    });
    expect(team.labels.at(-1)).toEqual({ label: 'rare', count: 1 });
    const advice = adviseOn(readiness).join('\n');
    expect(advice).toContain('team: 1 label has fewer than 10 tickets (rare: 1)');
    expect(advice).toContain('1 text stands there with different labels');
    expect(advice).toMatch(/coin: the texts tell little of this label/);
    expect(advice).not.toMatch(/coin: \d+ tickets .* mislabelled/);
  });

  test('of data from which nothing can be learnt says so instead of failing', async () => {
    const readiness = await assessReadiness(
      { texts: ['a b c', 'd e f'], labels: { team: ['x', undefined] }, seed: 1 },
      crossValidateWords,
    );
    expect(readiness.heads['team']?.expected).toBeUndefined();
    expect(adviseOn(readiness)[0]).toMatch(/nothing can be learnt yet/);
  });

  test('asks the given model, and never with a text and its duplicate in different folds', async () => {
    const { texts, labels } = made(60);
    const asked: Parameters<CrossValidate>[0][] = [];
    const crossValidate: CrossValidate = (data) => {
      asked.push(data);
      return Promise.resolve(new Float64Array(data.texts.length * data.classCount).fill(1 / data.classCount));
    };
    await assessReadiness({ texts: [...texts, ...texts], labels: { team: [...labels, ...labels] }, seed: 1 }, crossValidate);
    const [{ folds, classCount }] = asked as [Parameters<CrossValidate>[0]];
    expect(classCount).toBe(3);
    expect(folds.slice(60)).toEqual(folds.slice(0, 60));
    expect(new Set(folds).size).toBe(5);
  });

  test('tells repeated, short and foreign texts', async () => {
    const many = Array.from(
      { length: 10 },
      () => 'Automatic reply: I am out of the office until Monday, for anything urgent write to my colleague',
    );
    const texts = [...many, 'ok', 'wo ist mein Paket, ich warte auf die Lieferung', 'x'.repeat(20_001)];
    const { texts: told, heads } = await assessReadiness({ texts, labels: {}, seed: 1 }, crossValidateWords);
    expect(heads).toEqual({});
    expect(told).toMatchObject({
      count: 13,
      duplicates: 9,
      nearDuplicates: 0,
      veryLong: 1,
      largestGroups: [{ count: 10, first: 0 }],
    });
    expect(told.veryShort).toBe(2);
    expect(told.languages).toEqual([
      { language: 'en', count: 10 },
      { language: 'unknown', count: 2 },
      { language: 'de', count: 1 },
    ]);
    expect(adviseOn({ texts: told, heads }).join('\n')).toMatch(/69 % of the tickets repeat an earlier one/);
  });
});

test('folds keep groups together and classes spread', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(20)), { minLength: 10, maxLength: 80 }), (pairs) => {
      const groups = Int32Array.from(pairs, ([, group]) => group);
      const folds = groupedFolds(
        Int32Array.from(pairs, ([label]) => label),
        3,
        groups,
        5,
        1,
      );
      const foldOf = new Map<number, number>();
      folds.forEach((fold, at) => {
        expect(foldOf.get(groups[at]!) ?? fold).toBe(fold);
        foldOf.set(groups[at]!, fold);
      });
      const sizes = [0, 1, 2, 3, 4].map((fold) => [...foldOf.values()].filter((own) => own === fold).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('intervals hold the value, lie in 0..1, and narrow with more tickets', () => {
  const outcomes = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      label: i % 10 === 0 ? 1 : 0,
      actual: 0,
      probability: 0.5 + ((i * 37) % 50) / 100,
    }));
  for (const count of [1, 40, 1_000]) {
    for (const { low, value, high } of [accuracyEstimate(outcomes(count)), coverageEstimate(outcomes(count), 0.9, 1, 1)]) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high).toBeLessThanOrEqual(1);
    }
  }
  // Wilson's interval of 90 of 100, as in Newcombe 1998, method 3.
  expect(accuracyEstimate(outcomes(100))).toMatchObject({
    value: 0.9,
    low: expect.closeTo(0.8256, 3),
    high: expect.closeTo(0.9448, 3),
  });
  const width = (count: number): number => accuracyEstimate(outcomes(count)).high - accuracyEstimate(outcomes(count)).low;
  expect(width(1_000)).toBeLessThan(width(100));
});

test('a label is suspected only where another is as likely as it is for its own texts', () => {
  const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.2, 0.8, 0.45, 0.55, 0.05, 0.95);
  const found = likelyMislabelled(probabilities, Int32Array.of(0, 0, 1, 1, 0, 0), 2);
  expect(found.map(({ at, suggested }) => ({ at, suggested }))).toEqual([{ at: 5, suggested: 1 }]);
});

test('labels overlap where a tenth of the smaller is confused, either way', () => {
  const outcome = (actual: number, label: number, count: number) =>
    Array.from({ length: count }, () => ({ actual, label, probability: 1 }));
  const outcomes = [
    ...outcome(0, 0, 20),
    ...outcome(0, 1, 3),
    ...outcome(1, 0, 2),
    ...outcome(1, 1, 10),
    ...outcome(2, 2, 50),
    ...outcome(2, 0, 1),
  ];
  expect(overlappingLabels(outcomes, 3)).toEqual([{ labels: [0, 1], confused: 5, share: 5 / 24 }]);
});

test('probabilities of the cross-validation sum to 1, for texts without a known word too', async () => {
  const { texts, labels } = made(30);
  const names = Object.keys(WORDS);
  const classes = Int32Array.from(labels, (label) => names.indexOf(label));
  const folds = classes.map((_, at) => at % 5);
  const probabilities = await crossValidateWords({
    texts: ['?', ...texts.slice(1)],
    classes,
    classCount: 3,
    folds,
    foldCount: 5,
    seed: 1,
  });
  for (let row = 0; row < 30; row++)
    expect(probabilities.slice(row * 3, row * 3 + 3).reduce((sum, share) => sum + share)).toBeCloseTo(1);
  expect(outcomesOf(probabilities, 3, classes).filter(({ label, actual }) => label === actual).length).toBeGreaterThan(20);
});
