import { beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../model/artifact.ts';
import { assignTopics, openClustering } from '../../model/clustering-model.ts';
import type { ClusteringModel } from '../../model/clustering-model.ts';
import { trainClustering } from '../../model/clustering-training.ts';
import { TrainingDataError } from '../../model/errors.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { openRouting, predictRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { trainRouting } from '../../model/routing-training.ts';
import { trainingExample, trainingExamples } from '../support/training-examples.ts';

const embed = (routing: RoutingModel, text: string): Float32Array => {
  const [prediction] = predictRouting(routing, [{ id: 'one', text }]);
  if (prediction === undefined || 'error' in prediction) throw new Error('no prediction');
  return prediction.embedding;
};

describe('a topic map of clear subjects', () => {
  const examples = trainingExamples(240);
  let routing: RoutingModel;
  let artifact: Artifact;
  let model: ClusteringModel;
  const cluster = (given: readonly TrainingExample[], previous?: ClusteringModel): Promise<Artifact> =>
    trainClustering({ version: '2', seed: 7, examples: given, routing, previous });
  const topicOf = (text: string): string | undefined => {
    const embeddingSpace = routing.manifest.embedding.space;
    const [assigned] = assignTopics(model, [{ id: 'one', embedding: embed(routing, text), embeddingSpace }]);
    return assigned !== undefined && 'topic' in assigned ? assigned.topic?.id : undefined;
  };
  beforeAll(async () => {
    routing = openRouting(await trainRouting({ version: '1', seed: 7, examples, validation: [] }));
    artifact = await cluster(examples);
    model = openClustering(artifact);
  });

  test('keeps subjects apart: no topic mixes them', () => {
    const subjectsOf = new Map<string, Set<string>>();
    let assigned = 0;
    for (const { text, labels } of trainingExamples(120, 2)) {
      const topic = topicOf(text);
      if (topic === undefined) continue;
      assigned++;
      subjectsOf.set(topic, (subjectsOf.get(topic) ?? new Set()).add(labels['team']!));
    }
    expect(assigned).toBeGreaterThan(90);
    expect(subjectsOf.size).toBeGreaterThanOrEqual(4);
    expect([...subjectsOf.values()].filter((subjects) => subjects.size > 1)).toEqual([]);
  });

  test('names each topic differently, by words of its subject', () => {
    const labels = artifact.manifest.topics.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    const words = new Set(examples.flatMap(({ text }) => text.toLowerCase().match(/[a-z]+/gu) ?? []));
    for (const label of labels) expect(label.split(' ').every((word) => words.has(word))).toBe(true);
  });

  test('says how many tickets each topic has', () => {
    const sizes = artifact.manifest.topics.map(({ size }) => size);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(examples.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(180);
  });

  test('a ticket that is far from every topic belongs to none, and its nearest is told', () => {
    const embeddingSpace = routing.manifest.embedding.space;
    const [assigned] = assignTopics(model, [{ id: 'one', embedding: embed(routing, 'xyzzy hurdy gurdy'), embeddingSpace }]);
    expect(assigned).toMatchObject({ id: 'one', topic: null, nearest: { id: expect.stringMatching(/^t-[0-9a-f]{8}$/u) } });
  });

  test('a ticket without known features belongs to none', () => {
    const embeddingSpace = routing.manifest.embedding.space;
    expect(assignTopics(model, [{ id: 'one', embedding: embed(routing, '☂'), embeddingSpace }])).toEqual([
      { id: 'one', topic: null, nearest: null },
    ]);
  });

  test('an embedding of another space, length or norm fails alone', () => {
    const { space, dimension } = routing.manifest.embedding;
    const good = embed(routing, examples[0]!.text);
    const assigned = assignTopics(model, [
      { id: 'space', embedding: good, embeddingSpace: 'elsewhere' },
      { id: 'length', embedding: good.slice(1), embeddingSpace: space },
      { id: 'norm', embedding: new Float32Array(dimension).fill(1), embeddingSpace: space },
      { id: 'nan', embedding: new Float32Array(dimension).fill(Number.NaN), embeddingSpace: space },
      { id: 'good', embedding: good, embeddingSpace: space },
    ]);
    expect(assigned.map((each) => ('error' in each ? each.error.code : each.topic !== null))).toEqual([
      'EmbeddingSpaceMismatch',
      'InvalidEmbedding',
      'InvalidEmbedding',
      'InvalidEmbedding',
      true,
    ]);
  });

  test('the same tickets and seed give the same bytes, in whatever order they come', async () => {
    expect((await cluster(examples.toReversed())).manifest).toEqual(artifact.manifest);
  });

  test('a topic keeps its id when the map is made again from more tickets, and another routing version', async () => {
    const more = [...examples, ...trainingExamples(80, 5)];
    const later = openRouting(await trainRouting({ version: '3', seed: 7, examples: more, validation: [] }));
    expect(later.manifest.embedding.space).not.toBe(routing.manifest.embedding.space);
    const next = await trainClustering({ version: '4', seed: 7, examples: more, routing: later, previous: model });
    const before = artifact.manifest.topics.map(({ id }) => id);
    const after = next.manifest.topics.map(({ id }) => id);
    expect(after.filter((id) => before.includes(id)).length).toBeGreaterThanOrEqual(Math.ceil(before.length / 2));
    expect(new Set(after).size).toBe(after.length);
  });

  test('an earlier map of another family of spaces is not compared with', async () => {
    const other = openRouting(await trainRouting({ version: '1', seed: 8, examples, validation: [] }));
    const next = await trainClustering({ version: '2', seed: 7, examples, routing: other, previous: model });
    const before = artifact.manifest.topics.map(({ id }) => id);
    expect(next.manifest.topics.filter(({ id }) => before.includes(id))).toEqual([]);
  });

  test('few tickets give a map without topics, which assigns none', async () => {
    const empty = openClustering(await cluster(examples.slice(0, 3)));
    expect(empty.manifest.topics).toEqual([]);
    const { space } = routing.manifest.embedding;
    expect(assignTopics(empty, [{ id: 'one', embedding: embed(routing, 'parcel'), embeddingSpace: space }])).toEqual([
      { id: 'one', topic: null, nearest: null },
    ]);
  });

  test('no known text at all is refused with a clear sentence', async () => {
    const refused = cluster([trainingExample({ text: '☂' })]);
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(/None of the 1 training examples has text that the routing model knows/u);
  });
});
