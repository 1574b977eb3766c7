import { describe, expect, test } from 'vitest';
import type { ScopeEvaluation } from '../../../cli/evaluate/evaluate-model.ts';
import { evaluationJson, evaluationText } from '../../../cli/evaluate/print-evaluation.ts';
import { evaluateHead } from '../../../model/evaluate/evaluate-head.ts';
import type { HeadEvaluation } from '../../../model/evaluate/evaluate-head.ts';

const team = (thresholdAt95 = 0.75): HeadEvaluation =>
  evaluateHead({
    labels: ['access', 'billing'],
    probabilities: Float64Array.from([...Array.from({ length: 9 }, () => [0.8, 0.2]), [0.3, 0.7]].flat()),
    actual: [...Array.from({ length: 7 }, () => 'access'), 'billing', 'legal', 'billing'],
    thresholdAt95,
  });

const scope: ScopeEvaluation = { n: 100, auroc: 0.97, inScopeAccuracy: 0.91, recall: 0.6 };

describe('an evaluation as JSON', () => {
  test('has the numbers that are promised, and no others', () => {
    expect(evaluationJson({ heads: new Map([['team', team()]]), outOfScope: scope, notes: [] })).toEqual({
      heads: {
        team: {
          n: 10,
          accuracy: 0.8,
          macroF1: expect.any(Number),
          ece: expect.any(Number),
          eceIfCalibrated: { median: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
          brier: expect.any(Number),
          coverageAt95: 0.9,
          aurc: expect.any(Number),
        },
      },
      outOfScope: { auroc: 0.97, inScopeAccuracy: 0.91, recall: 0.6 },
    });
  });

  test('says null where nothing out of scope was given', () => {
    expect(evaluationJson({ heads: new Map(), outOfScope: undefined, notes: [] })).toEqual({ heads: {}, outOfScope: null });
  });
});

describe('an evaluation in words', () => {
  test('says what can be automated, what is confused, what is weak and what the model does not know', () => {
    const text = evaluationText({ heads: new Map([['team', team()]]), outOfScope: scope, notes: [] });
    expect(text).toMatch(/right label +80\.0 % of 10 tickets/u);
    expect(text).toMatch(/can be automated +90\.0 % of the tickets; of these 77\.8 % are right, where 95 % was aimed at/u);
    expect(text).toMatch(/most often confused +billing taken for access: 1 of 2/u);
    expect(text).not.toContain('legal taken for');
    expect(text).toMatch(/weakest labels +access: 100\.0 % of its 7 found, 77\.8 % of its predictions right/u);
    expect(text).toMatch(/labels unknown to the model +1 ticket, all counted as errors: "legal"/u);
    expect(text).toMatch(/out of scope\n +recognised as out of scope +60\.0 % of 100 texts/u);
  });

  test('says so where nothing can be automated', () => {
    const text = evaluationText({ heads: new Map([['team', team(1)]]), outOfScope: undefined, notes: [] });
    expect(text).toMatch(/can be automated +nothing/u);
  });

  test('names the head that judges what is out of scope where there are several', () => {
    const heads = new Map([
      ['team', team()],
      ['queue', team()],
    ]);
    expect(evaluationText({ heads, outOfScope: scope, notes: [] })).toContain('out of scope, judged by team');
  });
});
