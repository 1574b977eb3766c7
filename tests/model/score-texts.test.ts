import { beforeAll, describe, expect, test } from 'vitest';
import { openRouting, predictRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { trainRouting } from '../../model/routing-training.ts';
import { scoreTexts } from '../../model/score-texts.ts';
import { trainingExamples } from '../support/training-examples.ts';

const texts = [...trainingExamples(600, 2).map(({ text }) => text), 'xyzzy qwfpg', '☂☂☂'];

describe('scores for evaluation', () => {
  let model: RoutingModel;
  beforeAll(async () => {
    model = openRouting(await trainRouting({ version: '1', seed: 7, examples: trainingExamples(240), validation: [] }));
  });

  test('are what the model predicts, and know what it knows', async () => {
    const scores = await scoreTexts(model, texts);
    expect([...scores.keys()].sort()).toEqual(['priority', 'team']);
    const predictions = predictRouting(
      model,
      texts.map((text) => ({ id: text, text })),
    );
    for (const [head, { labels, probabilities, familiarity, familiarityFloor }] of scores)
      predictions.forEach((prediction, row) => {
        if ('error' in prediction) throw new Error(prediction.error.message);
        const predicted = prediction.heads[head]!;
        const own = probabilities.subarray(row * labels.length, (row + 1) * labels.length);
        expect(Math.max(...own)).toBe(predicted.probability);
        expect(own[labels.indexOf(predicted.label)]).toBe(predicted.probability);
        expect(familiarity[row]! >= familiarityFloor).toBe(predicted.known);
      });
  });

  test('report progress up to the last text', async () => {
    const reports: (readonly number[])[] = [];
    await scoreTexts(model, texts, (done, total) => reports.push([done, total]));
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.at(-1)).toEqual([602, 602]);
  });

  test('of an empty text are those of a text without known features', async () => {
    const { familiarity, probabilities } = (await scoreTexts(model, [''])).get('team')!;
    expect(familiarity[0]).toBe(-Infinity);
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  });

  test('of no texts are empty', async () => {
    expect((await scoreTexts(model, [])).get('team')).toMatchObject({ familiarity: new Float64Array(0) });
  });
});
