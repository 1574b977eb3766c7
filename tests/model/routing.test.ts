import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../model/artifact.ts';
import { ArtifactError, TrainingDataError } from '../../model/errors.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { predictRouting } from '../../model/predict-routing.ts';
import { judge, openRouting, readTexts } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { trainRouting } from '../../model/routing-training.ts';
import { distributionOf, headOf, predictAll, predictOne } from '../support/predictions.ts';
import { defaultEncoder, ENOUGH_VALIDATION, teamExamples, trainTeams } from '../support/trained-routing.ts';
import { trainingExample, trainingExamples } from '../support/training-examples.ts';

describe('a routing model trained on clear subjects', () => {
  let artifact: Artifact;
  let model: RoutingModel;
  beforeAll(async () => {
    const encoder = await defaultEncoder();
    const [examples, validation] = [trainingExamples(120), trainingExamples(240, 2)];
    artifact = await trainRouting({ version: '1', seed: 7, examples, validation }, encoder);
    model = await openRouting(artifact, encoder);
  });

  test('predicts every head of unseen tickets', async () => {
    const unseen = trainingExamples(100, 3);
    const predictions = await predictRouting(
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

  test('probabilities are those of all labels, largest first', async () => {
    const { label, probability, alternatives } = headOf(await predictOne(model, 'my parcel never arrived'), 'team');
    expect(label).toBe('delivery');
    expect(alternatives.map((alternative) => alternative.label).sort()).toEqual(['access', 'billing', 'hardware']);
    const all = [probability, ...alternatives.map((alternative) => alternative.probability)];
    expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
  });

  test('what is unlike the training tickets is not known', async () => {
    const texts = ['my parcel never arrived, the courier got lost on the way', 'xyzzy qwfpg zxcvb', '☂☂☂'];
    const predictions = await predictAll(model, texts);
    expect(predictions.map((prediction) => headOf(prediction, 'team').known)).toEqual([true, false, false]);
  });

  test('explains a label by the words and phrases that led there, and in which direction', async () => {
    const explanation = (await predictOne(model, 'Hello, my invoice was billed twice')).explanation['team']!;
    expect(explanation.length).toBeLessThanOrEqual(5);
    expect(explanation[0]!.feature.split(' ')).toContain('invoice');
    expect(explanation[0]!.contribution).toBeGreaterThan(0);
    const words = explanation.flatMap(({ feature }) => feature.split(' '));
    expect(words.every((word) => 'hello my invoice was billed twice'.split(' ').includes(word))).toBe(true);
  });

  test('explains on the wire by five pieces, the others together and the remainder, which add up to the score', async () => {
    const { explanation, explained, heads } = await predictOne(
      model,
      'Hello, my invoice was billed twice, and the card too, in June',
    );
    expect(Object.keys(explained)).toEqual(Object.keys(heads));
    for (const [head, { score, others, remainder }] of Object.entries(explained)) {
      const named = explanation[head]!.reduce((sum, { contribution }) => sum + contribution, 0);
      expect(named + others + remainder).toBeCloseTo(score, 6);
      expect(score).toBeGreaterThan(0);
    }
    expect(explained['team']!.others).not.toBe(0);
  });

  test('finds nothing similar to a text of which it knows nothing', async () => {
    expect((await predictOne(model, '☂')).similar).toEqual([]);
  });

  test('shows three past tickets with their labels, the most similar first: of a past ticket itself', async () => {
    const past = trainingExamples(120)[9]!;
    const { similar } = await predictOne(model, past.text);
    expect(similar).toHaveLength(3);
    expect(similar[0]).toMatchObject({ ticketId: past.ticketId, labels: past.labels });
    expect(similar[0]!.similarity).toBeCloseTo(1, 4);
    expect(similar.map(({ similarity }) => similarity)).toEqual(
      similar.map(({ similarity }) => similarity).toSorted((a, b) => b - a),
    );
    expect(similar.map(({ labels }) => labels['team'])).toEqual(Array.from({ length: 3 }, () => past.labels['team']));
  });

  test('an empty text fails alone', async () => {
    const predictions = await predictRouting(model, [
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

  test('no texts are no predictions', async () => {
    expect(await predictRouting(model, [])).toEqual([]);
  });

  test('a prediction depends on the batch that it stands in by rounding alone', async () => {
    const texts = trainingExamples(9, 4).map(({ text }) => text);
    const together = await predictAll(model, texts);
    for (const [at, text] of texts.entries()) {
      const alone = await predictOne(model, text);
      for (const head of ['team', 'priority']) {
        expect(headOf(alone, head).label).toBe(headOf(together[at]!, head).label);
        for (const [label, probability] of distributionOf(alone, head))
          expect(distributionOf(together[at]!, head).get(label)).toBeCloseTo(probability, 4);
      }
      expect(alone.similar.map(({ ticketId }) => ticketId)).toEqual(together[at]!.similar.map(({ ticketId }) => ticketId));
      alone.embedding.forEach((value, index) => expect(together[at]!.embedding[index]).toBeCloseTo(value, 4));
    }
  });

  test('any text with a visible character has probabilities from 0 to 1 that sum to 1, and an embedding of length 1 or 0', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((each) => each.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        for (const prediction of await predictAll(model, texts)) {
          for (const head of ['team', 'priority']) {
            const probabilities = [...distributionOf(prediction, head).values()];
            expect(probabilities.every((each) => each >= 0 && each <= 1)).toBe(true);
            expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
          }
          const length = Math.hypot(...prediction.embedding);
          expect(length === 0 ? 1 : length).toBeCloseTo(1, 4);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('a label with a higher score has a higher probability', async () => {
    const read = await readTexts(model, [...trainingExamples(20, 4).map(({ text }) => text), 'refund the courier', '☂', '']);
    for (const head of model.heads) {
      const { scores, probabilities } = await judge(head, read);
      const classCount = head.manifest.labels.length;
      for (let first = 0; first < scores.length; first += classCount) {
        const row = Array.from({ length: classCount }, (_, label) => first + label).sort((a, b) => scores[a]! - scores[b]!);
        row.slice(1).forEach((at, index) => expect(probabilities[at]).toBeGreaterThanOrEqual(probabilities[row[index]!]!));
      }
    }
  });

  test('100,000 characters and rows of emoji are answered', async () => {
    expect(headOf(await predictOne(model, 'my parcel never arrived '.repeat(4_200)), 'team').label).toBe('delivery');
    expect((await predictOne(model, '😀'.repeat(50_000))).heads).toHaveProperty('team');
  });

  test('what a long ticket asks counts for more than in a model that counts windows by their tokens, and is explained', async () => {
    const filler = 'It was sunny on our holiday and the children played in the garden with the old dog. '.repeat(20);
    const text = `${filler} My parcel never arrived, the courier got lost on the way. ${filler}`;
    const files = new Map([...artifact.files].filter(([name]) => !name.startsWith('subjects')));
    const earlier = await openRouting({ ...artifact, files }, await defaultEncoder());
    const [weighed, unweighed] = [await predictOne(model, text), await predictOne(earlier, text)];
    expect(headOf(weighed, 'team').label).toBe('delivery');
    expect(headOf(weighed, 'team').probability).toBeGreaterThan(distributionOf(unweighed, 'team').get('delivery')! + 0.02);
    const { score, others, remainder } = weighed.explained['team']!;
    const named = weighed.explanation['team']!.reduce((sum, { contribution }) => sum + contribution, 0);
    expect(named + others + remainder).toBeCloseTo(score, 6);
  });

  test('the manifest says what was measured, on what, and from what data', async () => {
    const { metrics, createdFrom, heads, embedding } = artifact.manifest;
    expect(metrics['team']).toMatchObject({ split: 'validation', count: 240, seed: 7 });
    expect(metrics['team']!['accuracy']).toBeGreaterThanOrEqual(0.98);
    expect(createdFrom).toMatchObject({ count: 120, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:59:00.000Z' });
    expect(heads['team']!.labels).toEqual(['access', 'billing', 'delivery', 'hardware']);
    expect((await predictOne(model, 'anything')).embedding).toHaveLength(embedding.dimension);
  });

  test('another encoder than that of its training is refused, by both names', async () => {
    const encoder = await defaultEncoder();
    const other = { ...encoder, hash: 'f'.repeat(64), manifest: { ...encoder.manifest, name: 'other', version: '2' } };
    await expect(openRouting(artifact, other)).rejects.toThrow(ArtifactError);
    await expect(openRouting(artifact, other)).rejects.toThrow(
      /trained with the encoder use-lite .*, and this is other 2 \(ffff/u,
    );
  });
});

describe('training', () => {
  let trained: Artifact;
  beforeAll(async () => {
    trained = await trainTeams();
  });

  test('the same examples and seed give the same bytes, in whatever order they come', async () => {
    const [examples, validation] = [teamExamples(80).toReversed(), teamExamples(ENOUGH_VALIDATION, 2).toReversed()];
    const again = await trainTeams({ examples, validation });
    expect(again.manifest).toEqual(trained.manifest);
    for (const [name, bytes] of trained.files) expect(Buffer.compare(again.files.get(name)!, bytes)).toBe(0);
  });

  test('another seed gives another model', async () => {
    expect((await trainTeams({ seed: 8 })).manifest.files).not.toEqual(trained.manifest.files);
  });

  test('few examples are judged by cross-validation, together with few validation examples', async () => {
    const { manifest } = await trainTeams({ examples: teamExamples(24), validation: teamExamples(40, 2) });
    expect(manifest.metrics['team']).toMatchObject({ split: 'cross-validation', count: 64 });
  });

  test('tickets need not have every label, and heads may have any name', async () => {
    const odd = ['10', '9', 'constructor', '__proto__', 'a/b é'];
    const relabelled = (examples: readonly TrainingExample[]): readonly TrainingExample[] =>
      examples.map(({ labels, ...rest }, index) => {
        const named = odd.filter((_, position) => (index + position) % 3 !== 0).map((name) => [name, labels['team']!]);
        return { ...rest, labels: Object.fromEntries(named) };
      });
    const [examples, validation] = [relabelled(teamExamples(48)), relabelled(teamExamples(1.5 * ENOUGH_VALIDATION + 3, 2))];
    const model = await openRouting(await trainTeams({ examples, validation }), await defaultEncoder());
    const prediction = await predictOne(model, 'my parcel never arrived');
    expect(Object.keys(prediction.heads).sort()).toEqual(odd.toSorted());
    for (const name of odd) expect(headOf(prediction, name).label).toBe('delivery');
  });

  test('reports its progress, stage by stage', async () => {
    const stages: string[] = [];
    const examples = teamExamples(16);
    const training = { version: '1', seed: 7, examples, validation: teamExamples(ENOUGH_VALIDATION, 2) };
    await trainRouting(training, await defaultEncoder(), ({ stage, done, total }) => {
      expect(done).toBeLessThanOrEqual(total);
      if (stages.at(-1) !== stage) stages.push(stage);
    });
    expect(stages).toEqual(['reading', 'head team', 'done']);
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
    [
      'all duplicates',
      [1, 2, 3, 4].map((at) => trainingExample({ ticketId: `${at}`, labels: { team: at % 2 === 0 ? 'access' : 'billing' } })),
      /The 4 training examples all have the same text/u,
    ],
  ])('%s is refused with a clear sentence', async (_, examples, message) => {
    const refused = trainTeams({ examples });
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(message);
  });
});
