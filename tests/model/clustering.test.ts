import { beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../model/artifact.ts';
import { assignTopics, openClustering } from '../../model/clustering-model.ts';
import type { ClusteringModel } from '../../model/clustering-model.ts';
import { trainClustering } from '../../model/clustering-training.ts';
import { TrainingDataError } from '../../model/errors.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { predictRouting } from '../../model/predict-routing.ts';
import { openRouting } from '../../model/routing-model.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { defaultEncoder, teamExamples, trainTeams } from '../support/trained-routing.ts';
import { trainingExample } from '../support/training-examples.ts';

const embed = async (routing: RoutingModel, text: string): Promise<Float32Array> => {
  const [prediction] = await predictRouting(routing, [{ id: 'one', text }]);
  if (prediction === undefined || 'error' in prediction) throw new Error('no prediction');
  return prediction.embedding;
};

describe('a topic map of clear subjects', () => {
  const examples = teamExamples(240);
  let routing: RoutingModel;
  let artifact: Artifact;
  let model: ClusteringModel;
  const cluster = (given: readonly TrainingExample[], previous?: ClusteringModel): Promise<Artifact> =>
    trainClustering({ version: '2', seed: 7, examples: given, routing, previous });
  const topicOf = async (text: string): Promise<string | undefined> => {
    const embeddingSpace = routing.manifest.embedding.space;
    const [assigned] = assignTopics(model, [{ id: 'one', embedding: await embed(routing, text), embeddingSpace }]);
    return assigned !== undefined && 'topic' in assigned ? assigned.topic?.id : undefined;
  };
  beforeAll(async () => {
    routing = await openRouting(await trainTeams(), await defaultEncoder());
    artifact = await cluster(examples);
    model = openClustering(artifact);
  });

  test('keeps subjects apart: no topic mixes them', async () => {
    const subjectsOf = new Map<string, Set<string>>();
    let assigned = 0;
    for (const { text, labels } of teamExamples(120, 2)) {
      const topic = await topicOf(text);
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
    for (const label of labels) expect(label.split(/ (?:· )?/u).every((word) => words.has(word))).toBe(true);
  });

  test('names a topic by its language too, where the encoder does not know that', async () => {
    const words = ['Rechnung', 'Paket', 'Passwort', 'Drucker', 'Konto'];
    const german = Array.from({ length: 40 }, (_, at) =>
      trainingExample({
        ticketId: `german-${at}`,
        text: `Guten Tag, mein ${words[at % 5]} ist nicht da und ich warte seit ${at} Tagen`,
      }),
    );
    const { manifest } = await cluster([...examples, ...german]);
    const labels = manifest.topics.map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(' (German)')).length).toBeGreaterThanOrEqual(1);
    expect(labels.filter((label) => label.includes('(')).every((label) => label.endsWith(' (German)'))).toBe(true);
  });

  test('says how many tickets each topic has', () => {
    const sizes = artifact.manifest.topics.map(({ size }) => size);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(examples.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(180);
  });

  test('a ticket that is far from every topic belongs to none, and its nearest is told', async () => {
    const embeddingSpace = routing.manifest.embedding.space;
    const [assigned] = assignTopics(model, [{ id: 'one', embedding: await embed(routing, 'xyzzy hurdy gurdy'), embeddingSpace }]);
    expect(assigned).toMatchObject({ id: 'one', topic: null, nearest: { id: expect.stringMatching(/^t-[0-9a-f]{8}$/u) } });
  });

  test('a ticket without known features belongs to none', async () => {
    const embeddingSpace = routing.manifest.embedding.space;
    expect(assignTopics(model, [{ id: 'one', embedding: await embed(routing, '☂'), embeddingSpace }])).toEqual([
      { id: 'one', topic: null, nearest: null },
    ]);
  });

  test('an embedding of another space, length or norm fails alone', async () => {
    const { space, dimension } = routing.manifest.embedding;
    const good = await embed(routing, examples[0]!.text);
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
    const more = [...examples, ...teamExamples(80, 5)];
    const later = await openRouting(await trainTeams({ version: '3', examples: teamExamples(100, 5) }), await defaultEncoder());
    expect(later.manifest.embedding.space).not.toBe(routing.manifest.embedding.space);
    const next = await trainClustering({ version: '4', seed: 7, examples: more, routing: later, previous: model });
    const before = artifact.manifest.topics.map(({ id }) => id);
    const after = next.manifest.topics.map(({ id }) => id);
    expect(after.filter((id) => before.includes(id)).length).toBeGreaterThanOrEqual(Math.ceil(before.length / 2));
    expect(new Set(after).size).toBe(after.length);
  });

  test('an earlier map of another family of spaces is not compared with', async () => {
    const topics = model.manifest.topics.map((topic, index) => ({ ...topic, id: `t-earlier-${index}` }));
    const earlier = (family: string): ClusteringModel => ({
      ...model,
      manifest: { ...model.manifest, topics, embedding: { ...model.manifest.embedding, family } },
    });
    const idsAfter = async (previous: ClusteringModel): Promise<readonly string[]> =>
      (await cluster(examples, previous)).manifest.topics.map(({ id }) => id);
    expect((await idsAfter(earlier(model.manifest.embedding.family))).toSorted()).toEqual(topics.map(({ id }) => id).toSorted());
    expect((await idsAfter(earlier('another'))).filter((id) => id.startsWith('t-earlier'))).toEqual([]);
  });

  test('few tickets give a map without topics, which assigns none', async () => {
    const empty = openClustering(await cluster(examples.slice(0, 3)));
    expect(empty.manifest.topics).toEqual([]);
    const { space } = routing.manifest.embedding;
    expect(assignTopics(empty, [{ id: 'one', embedding: await embed(routing, 'parcel'), embeddingSpace: space }])).toEqual([
      { id: 'one', topic: null, nearest: null },
    ]);
  });

  test('no known text at all is refused with a clear sentence', async () => {
    const refused = cluster([trainingExample({ text: '☂' })]);
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(/None of the 1 training examples has text that the routing model knows/u);
  });
});
