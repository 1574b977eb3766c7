import { beforeAll, describe, expect, test } from 'vitest';
import { predictRouting } from '../../model/predict-routing.ts';
import { openRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { scoreTexts } from '../../model/score-texts.ts';
import { defaultEncoder, teamExamples, trainTeams } from '../support/trained-routing.ts';

const texts = [...teamExamples(300, 2).map(({ text }) => text), 'xyzzy qwfpg', '☂☂☂'];

describe('scores for evaluation', () => {
  let model: RoutingModel;
  beforeAll(async () => {
    model = await openRouting(await trainTeams(), await defaultEncoder());
  });

  test('are what the model predicts, and know what it knows', async () => {
    const scores = await scoreTexts(model, texts);
    expect([...scores.keys()]).toEqual(['team']);
    const predictions = await predictRouting(
      model,
      texts.map((text) => ({ id: text, text })),
    );
    for (const [head, { labels, probabilities, familiarity, familiarityFloor }] of scores)
      predictions.forEach((prediction, row) => {
        if ('error' in prediction) throw new Error(prediction.error.message);
        const predicted = prediction.heads[head]!;
        const own = probabilities.subarray(row * labels.length, (row + 1) * labels.length);
        // Texts are scored in other batches here, which changes the last digits.
        expect(Math.max(...own)).toBeCloseTo(predicted.probability, 4);
        expect(own[labels.indexOf(predicted.label)]).toBeCloseTo(predicted.probability, 4);
        expect(familiarity[row]! >= familiarityFloor).toBe(predicted.known);
      });
  });

  test('report progress up to the last text', async () => {
    const reports: (readonly number[])[] = [];
    await scoreTexts(model, texts, (done, total) => reports.push([done, total]));
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.at(-1)).toEqual([302, 302]);
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
