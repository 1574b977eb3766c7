import { describe, expect, test } from 'vitest';
import { evaluateHead } from '../../../model/evaluate/evaluate-head.ts';

const labels = ['access', 'billing'];
const probabilities = Float64Array.of(0.9, 0.1, 0.3, 0.7, 0.2, 0.8, 0.6, 0.4);

describe('the evaluation of a head', () => {
  test('says how many tickets the threshold from validation data automates, and how accurate they really are', () => {
    const actual = ['access', 'access', 'billing', 'access'];
    const evaluation = evaluateHead({ labels, probabilities, actual, thresholdAt95: 0.7 });
    expect(evaluation).toMatchObject({ n: 4, accuracy: 0.75, coverageAt95: 0.75, unknownLabelCount: 0 });
    expect(evaluation.accuracyAt95).toBeCloseTo(2 / 3, 12);
  });

  test('a label that the model does not know is an error, and has a name of its own', () => {
    const evaluation = evaluateHead({
      labels,
      probabilities,
      actual: ['access', 'refunds', 'billing', 'legal'],
      thresholdAt95: 0.5,
    });
    expect(evaluation).toMatchObject({ accuracy: 0.5, unknownLabelCount: 2, labels: ['access', 'billing', 'legal', 'refunds'] });
    expect(evaluation.labelQualities.map(({ label, support }) => [evaluation.labels[label], support])).toEqual([
      ['access', 1],
      ['billing', 1],
      ['legal', 1],
      ['refunds', 1],
    ]);
    // (2/3 + 2/3 + 0 + 0) / 4
    expect(evaluation.macroF1).toBeCloseTo(1 / 3, 12);
  });

  test('names from data, such as constructor, are labels like others', () => {
    const evaluation = evaluateHead({
      labels: ['__proto__', 'constructor'],
      probabilities,
      actual: ['__proto__', 'constructor', 'constructor', 'toString'],
      thresholdAt95: 1,
    });
    expect(evaluation).toMatchObject({ accuracy: 0.75, unknownLabelCount: 1, coverageAt95: 0 });
  });
});
