import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../model/artifact.ts';
import { TrainingDataError } from '../../model/errors.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { contributionsOf } from '../../model/explain.ts';
import { openRouting, predictRouting } from '../../model/routing-model.ts';
import type { HeadPrediction, RoutingModel, RoutingPrediction } from '../../model/routing-model.ts';
import { defaultRoutingStages, trainRouting } from '../../model/routing-training.ts';
import type { RoutingTraining } from '../../model/routing-training.ts';
import { trainingExample, trainingExamples } from '../support/training-examples.ts';

const train = (fields: Partial<RoutingTraining> = {}): Promise<Artifact> =>
  trainRouting({ version: '1', seed: 7, examples: trainingExamples(240), validation: [], ...fields });

const predictOne = (model: RoutingModel, text: string): RoutingPrediction => {
  const [prediction] = predictRouting(model, [{ id: 'one', text }]);
  if (prediction === undefined || 'error' in prediction) throw new Error(`No prediction for ${text}`);
  return prediction;
};

const headOf = (prediction: RoutingPrediction, head: string): HeadPrediction => prediction.heads[head]!;

describe('a routing model trained on clear subjects', () => {
  let artifact: Artifact;
  let model: RoutingModel;
  beforeAll(async () => {
    artifact = await train({ validation: trainingExamples(240, 2) });
    model = openRouting(artifact);
  });

  test('predicts every head of unseen tickets', () => {
    const unseen = trainingExamples(100, 3);
    const predictions = predictRouting(
      model,
      unseen.map(({ ticketId, text }) => ({ id: ticketId, text })),
    );
    for (const head of ['team', 'priority']) {
      const right = predictions.filter(
        (prediction, index) => 'heads' in prediction && prediction.heads[head]?.label === unseen[index]!.labels[head],
      );
      expect(right.length).toBeGreaterThanOrEqual(98);
    }
    expect(predictions.map(({ id }) => id)).toEqual(unseen.map(({ ticketId }) => ticketId));
  });

  test('probabilities are those of all labels, largest first', () => {
    const { label, probability, alternatives } = headOf(predictOne(model, 'my parcel never arrived'), 'team');
    expect(label).toBe('delivery');
    expect(alternatives.map((alternative) => alternative.label).sort()).toEqual(['access', 'billing', 'hardware']);
    const all = [probability, ...alternatives.map((alternative) => alternative.probability)];
    expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
  });

  test('what is unlike the training tickets is not known', () => {
    expect(headOf(predictOne(model, 'my parcel never arrived, the courier got lost on the way'), 'team').known).toBe(true);
    expect(headOf(predictOne(model, 'xyzzy qwfpg zxcvb'), 'team').known).toBe(false);
    expect(headOf(predictOne(model, '☂☂☂'), 'team').known).toBe(false);
  });

  test('explains a label by the words that led there, and in which direction', () => {
    const explanation = predictOne(model, 'Hello, my invoice was billed twice').explanation['team']!;
    expect(explanation.length).toBeLessThanOrEqual(5);
    expect(explanation.slice(0, 3).map(({ feature }) => feature)).toContain('invoice');
    expect(explanation.find(({ feature }) => feature === 'invoice')!.contribution).toBeGreaterThan(0);
  });

  test('contributions and bias sum to the score of the label less the mean score', () => {
    const { classifier } = model.heads.find(({ name }) => name === 'team')!;
    const text = 'the courier was billed twice for my monitor, refund!';
    const scores = classifier.score(model.encoder.encode([text]));
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    for (const label of scores.keys()) {
      const sum = contributionsOf(model.encoder, classifier, text, label).reduce(
        (total, { contribution }) => total + contribution,
        0,
      );
      expect(sum + classifier.relativeBias(label)).toBeCloseTo(scores[label]! - mean, 4);
    }
  });

  test('an empty text fails alone', () => {
    const predictions = predictRouting(model, [
      { id: 'a', text: 'my parcel never arrived' },
      { id: 'b', text: ' \n\t ' },
      { id: 'c', text: 'my password is locked' },
    ]);
    expect(predictions.map((prediction) => ('error' in prediction ? prediction.error.code : 'ok'))).toEqual([
      'ok',
      'EmptyText',
      'ok',
    ]);
    expect(predictions[2]).toMatchObject({ id: 'c', heads: { team: { label: 'access' } } });
  });

  test('a prediction does not depend on the batch that it stands in', () => {
    const texts = trainingExamples(5, 4).map(({ text }) => text);
    const together = predictRouting(
      model,
      texts.map((text) => ({ id: 'one', text })),
    );
    expect(together).toEqual(texts.map((text) => predictOne(model, text)));
  });

  test('any text with a visible character has finite probabilities that sum to 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (text) => {
        fc.pre(text.trim() !== '');
        const { probability, alternatives } = headOf(predictOne(model, text), 'team');
        expect(alternatives.reduce((sum, alternative) => sum + alternative.probability, probability)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('100,000 characters and rows of emoji are answered', () => {
    expect(headOf(predictOne(model, 'my parcel never arrived '.repeat(4_200)), 'team').label).toBe('delivery');
    expect(predictOne(model, '😀'.repeat(50_000)).heads).toHaveProperty('team');
  });

  test('the manifest says what was measured, on what, and from what data', () => {
    const { metrics, createdFrom, heads, embedding } = artifact.manifest;
    expect(metrics['team']).toMatchObject({ split: 'validation', count: 240, seed: 7 });
    expect(metrics['team']!['accuracy']).toBeGreaterThanOrEqual(0.98);
    expect(createdFrom).toMatchObject({ count: 240, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T03:59:00.000Z' });
    expect(heads['team']!.labels).toEqual(['access', 'billing', 'delivery', 'hardware']);
    expect(predictOne(model, 'anything').embedding).toHaveLength(embedding.dimension);
  });
});

describe('training', () => {
  test('the same examples and seed give the same bytes, in whatever order they come', async () => {
    const examples = trainingExamples(120);
    const [first, second] = [await train({ examples }), await train({ examples: examples.toReversed() })];
    expect(second.manifest).toEqual(first.manifest);
  });

  test('another seed gives another model', async () => {
    const [first, second] = [await train({ seed: 1 }), await train({ seed: 2 })];
    expect(second.manifest.files).not.toEqual(first.manifest.files);
  });

  test('few examples are judged by cross-validation, together with few validation examples', async () => {
    const { manifest } = await train({ validation: trainingExamples(40, 2) });
    expect(manifest.metrics['team']).toMatchObject({ split: 'cross-validation', count: 280 });
  });

  test('many examples without validation ones are judged by a held-out part', async () => {
    const { manifest } = await train({ examples: trainingExamples(1_400) });
    expect(manifest.metrics['team']).toMatchObject({ split: 'held-out', count: 200 });
  });

  test('a label with one example is left out and reported', async () => {
    const examples = [...trainingExamples(40), trainingExample({ labels: { team: 'legal' } })];
    const { manifest } = await train({ examples });
    expect(manifest.heads['team']).toMatchObject({ leftOut: { legal: 1 } });
    expect(manifest.heads['team']!.labels).not.toContain('legal');
  });

  test('tickets need not have every label, and heads may have any name', async () => {
    const odd = ['10', '9', 'constructor', '__proto__', 'a/b é'];
    const examples = trainingExamples(80).map(({ labels, ...rest }, index): TrainingExample => {
      const named = odd.filter((_, position) => (index + position) % 3 !== 0).map((name) => [name, labels['team']!]);
      return { ...rest, labels: Object.fromEntries(named) };
    });
    const prediction = predictOne(openRouting(await train({ examples })), 'my parcel never arrived');
    expect(Object.keys(prediction.heads).sort()).toEqual(odd.toSorted());
    for (const name of odd) expect(headOf(prediction, name).label).toBe('delivery');
  });

  test('each head abstains below the threshold that reaches the target accuracy', async () => {
    // A fifth of the validation labels is wrong, so not everything can be automated at .95.
    const validation = trainingExamples(200, 2).map((example, index) =>
      index % 5 === 0
        ? { ...example, text: 'hello my thing', labels: { team: index % 10 === 0 ? 'billing' : 'access' } }
        : example,
    );
    const { manifest } = await train({ validation, targetAccuracy: 0.95 });
    const metrics = manifest.metrics['team']!;
    expect(metrics['accuracyOfAutomated']).toBeGreaterThanOrEqual(0.95);
    expect(metrics['coverage']).toBeGreaterThan(0.6);
    expect(metrics['coverage']).toBeLessThan(1);
    expect(manifest.heads['team']!.threshold).toBeGreaterThan(0.25);
  });

  test('stages can be swapped', async () => {
    const widths: number[] = [];
    await trainRouting({ version: '1', seed: 7, examples: trainingExamples(40), validation: [] }, undefined, {
      ...defaultRoutingStages,
      trainClassifier: (data) => {
        widths.push(data.width);
        return defaultRoutingStages.trainClassifier(data);
      },
    });
    expect(widths.length).toBeGreaterThan(0);
  });

  test.each([
    ['no examples', [], /no training examples/u],
    ['no text', [trainingExample({ text: ' ' }), trainingExample({ text: '' })], /None of the 2 training examples has text/u],
    ['no labels', [trainingExample({ labels: {} })], /None of the 1 training examples has a label/u],
    ['one label only', [trainingExample({}), trainingExample({ ticketId: 'ticket-2' })], /only the label "billing"/u],
    [
      'every label once',
      [trainingExample({}), trainingExample({ labels: { team: 'access' } })],
      /no label with 2 or more examples \(2 with one\)/u,
    ],
  ])('%s is refused with a clear sentence', async (_, examples, message) => {
    await expect(train({ examples })).rejects.toThrow(TrainingDataError);
    await expect(train({ examples })).rejects.toThrow(message);
  });
});
