import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadClustering } from '../../model/clustering-model.ts';
import { ArtifactError, TrainingDataError } from '../../model/errors.ts';
import { loadRouting } from '../../model/routing-model.ts';
import { trainFolder } from '../../model/train.ts';
import { temporaryFolder, writeTrainingChannel } from '../support/model-folders.ts';
import { tarGzip } from '../support/tar.ts';
import { trainingExamples } from '../support/training-examples.ts';

const routing = { kind: 'routing', version: '1', seed: '7' };
const clustering = { kind: 'clustering', version: '2', seed: '7' };

const channelsOf = (count: number): string => {
  const channels = temporaryFolder();
  writeTrainingChannel(channels, trainingExamples(count), trainingExamples(40, 2));
  return channels;
};

describe('training over a folder', () => {
  test('writes a routing model that loads, and returns its manifest', async () => {
    const output = join(temporaryFolder(), 'model');
    const stages: string[] = [];
    const manifest = await trainFolder(channelsOf(80), output, routing, ({ stage }) => stages.push(stage));
    expect(loadRouting(output).manifest).toEqual(manifest);
    expect(manifest).toMatchObject({
      kind: 'routing',
      version: '1',
      seed: 7,
      metrics: { team: { split: 'cross-validation', count: 120 } },
    });
    expect(stages).toEqual(['features', 'head priority', 'head team', 'done']);
  });

  test('writes the same bytes again', async () => {
    const channels = channelsOf(60);
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    await trainFolder(channels, first, routing);
    await trainFolder(channels, second, routing);
    expect(readdirSync(second)).toEqual(readdirSync(first));
    for (const name of readdirSync(first))
      expect(readFileSync(join(second, name)).equals(readFileSync(join(first, name)))).toBe(true);
  });

  test('writes a topic map from the archive of a routing model, and keeps the ids of the map before', async () => {
    const channels = channelsOf(120);
    const routingFolder = temporaryFolder();
    await trainFolder(channels, routingFolder, routing);
    mkdirSync(join(channels, 'routing'));
    const files = readdirSync(routingFolder).map((name) => ({ name, content: readFileSync(join(routingFolder, name)) }));
    writeFileSync(join(channels, 'routing', 'model.tar.gz'), tarGzip(files));
    const first = await trainFolder(channels, join(channels, 'previous'), clustering);
    expect(first.topics.length).toBeGreaterThan(2);
    expect(loadClustering(join(channels, 'previous')).manifest).toEqual(first);
    const output = temporaryFolder();
    const second = await trainFolder(channels, output, { ...clustering, version: '3' });
    expect(second.topics).toEqual(first.topics);
    expect(second.version).toBe('3');
  });

  test('reads a smallest size of topics', async () => {
    const channels = channelsOf(120);
    await trainFolder(channels, join(channels, 'routing'), routing);
    const { topics } = await trainFolder(channels, temporaryFolder(), { ...clustering, minTopicSize: '500' });
    expect(topics).toEqual([]);
  });

  test('a missing channel is named', async () => {
    await expect(trainFolder(temporaryFolder(), temporaryFolder(), routing)).rejects.toThrow(/train\.jsonl is missing/u);
    await expect(trainFolder(channelsOf(60), temporaryFolder(), clustering)).rejects.toThrow(/needs the routing model/u);
  });

  test('clustering by a model of another kind is refused', async () => {
    const channels = channelsOf(60);
    await trainFolder(channels, join(channels, 'routing'), routing);
    await trainFolder(channels, join(channels, 'map'), clustering);
    const wrong = temporaryFolder();
    writeTrainingChannel(wrong, trainingExamples(60));
    mkdirSync(join(wrong, 'routing'));
    for (const name of readdirSync(join(channels, 'map')))
      writeFileSync(join(wrong, 'routing', name), readFileSync(join(channels, 'map', name)));
    await expect(trainFolder(wrong, temporaryFolder(), clustering)).rejects.toThrow(ArtifactError);
  });

  test.each([
    ['not JSON', 'my card number is lost', /line 1 is not JSON; each line must be one example/u],
    ['not an object', '[]', /line 1 is not a JSON object/u],
    ['without a ticket id', '{"time":"2026-01-01T00:00:00Z","text":"x","labels":{}}', /lacks the text "ticketId"/u],
    ['without a time', '{"ticketId":"1","time":"soon","text":"x","labels":{}}', /lacks an ISO 8601 "time"/u],
    ['without text', '{"ticketId":"1","time":"2026-01-01T00:00:00Z","labels":{}}', /lacks the text "text"/u],
    ['without labels', '{"ticketId":"1","time":"2026-01-01T00:00:00Z","text":"x"}', /lacks the object "labels"/u],
    [
      'with a label of another type',
      '{"ticketId":"1","time":"2026-01-01T00:00:00Z","text":"x","labels":{"team":3}}',
      /the label of "team"/u,
    ],
    [
      'with a language of another type',
      '{"ticketId":"1","time":"2026-01-01T00:00:00Z","text":"x","labels":{},"language":3}',
      /"language" is not a text/u,
    ],
  ])('a line %s is refused with its number and without its text', async (_, line, message) => {
    const channels = channelsOf(4);
    writeFileSync(join(channels, 'training', 'train.jsonl'), `${line}\n`);
    const refused = trainFolder(channels, temporaryFolder(), routing);
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/card number/u);
  });

  test.each([
    [{ version: '1', seed: '7' }, /"kind" is missing; it must be routing or clustering/u],
    [{ ...routing, kind: 'forecast' }, /"kind" is "forecast"/u],
    [{ ...routing, version: 'a b' }, /"version" is "a b"/u],
    [{ ...routing, seed: '' }, /"seed" is ""/u],
    [{ kind: 'routing', version: '1' }, /"seed" is missing/u],
    [{ ...routing, seed: '1.5' }, /"seed" is "1\.5"; it must be a whole number/u],
    [{ ...routing, seed: '4294967296' }, /"seed" is "4294967296"/u],
    [{ ...routing, targetAccuracy: '0' }, /"targetAccuracy" is "0"/u],
    [{ ...clustering, minTopicSize: '1' }, /"minTopicSize" is "1"/u],
    [{ ...routing, epochs: '3' }, /no hyperparameter "epochs"; there are kind/u],
  ])('hyperparameters %j are refused', async (hyperparameters, message) => {
    const refused = trainFolder(temporaryFolder(), temporaryFolder(), hyperparameters);
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(message);
  });
});
