import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadClustering } from '../../model/clustering-model.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { ArtifactError, TrainingDataError } from '../../model/errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import { loadRouting } from '../../model/routing-model.ts';
import { trainFolder } from '../../model/train.ts';
import { temporaryFolder, writeTrainingChannel } from '../support/model-folders.ts';
import { tarGzip } from '../support/tar.ts';
import { defaultEncoder, ENOUGH_VALIDATION, teamExamples } from '../support/trained-routing.ts';

const routing = { kind: 'routing', version: '1', seed: '7' };
const clustering = { kind: 'clustering', version: '2', seed: '7' };

const train = async (
  input: string,
  output: string,
  hyperparameters: Readonly<Record<string, string>>,
  onStage: (stage: string) => void = () => {},
): Promise<Manifest> => trainFolder(input, output, hyperparameters, await defaultEncoder(), ({ stage }) => onStage(stage));

const channelsOf = (count: number, folder = temporaryFolder()): string => {
  writeTrainingChannel(folder, teamExamples(count), teamExamples(ENOUGH_VALIDATION, 2));
  return folder;
};

describe('training over a folder', () => {
  /** A routing model of 80 tickets that the tests share. */
  let shared: string;
  let manifest: Manifest;
  const stages: string[] = [];
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-'));
    shared = join(folder, 'model');
    manifest = await train(channelsOf(80, folder), shared, routing, (stage) => {
      if (stages.at(-1) !== stage) stages.push(stage);
    });
  });
  afterAll(() => rmSync(join(shared, '..'), { recursive: true, force: true }));

  const withRouting = (count: number): string => {
    const channels = channelsOf(count);
    cpSync(shared, join(channels, 'routing'), { recursive: true });
    return channels;
  };

  test('a training that is stopped while it encodes is taken up by the next, with the same bytes', async () => {
    const channels = temporaryFolder();
    writeTrainingChannel(channels, teamExamples(280), teamExamples(ENOUGH_VALIDATION, 2));
    const [whole, resumed, checkpoints] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const encoder = await defaultEncoder();
    const encoded: number[] = [];
    const counted = (most: number): Encoder => ({
      ...encoder,
      encode: (texts, options) => {
        if (encoded.reduce((sum, count) => sum + count, texts.length) > most) throw new Error('The instance is gone.');
        encoded.push(texts.length);
        return encoder.encode(texts, options);
      },
    });
    const run = (output: string, most: number, folder?: string, hyperparameters: Readonly<Record<string, string>> = routing) =>
      trainFolder(channels, output, hyperparameters, counted(most), () => {}, folder);

    await run(whole, 5_000);
    expect(encoded.splice(0).reduce((sum, count) => sum + count, 0)).toBe(480);

    await expect(run(resumed, 400, checkpoints)).rejects.toThrow('The instance is gone.');
    const before = encoded.splice(0).reduce((sum, count) => sum + count, 0);
    expect(before).toBeGreaterThanOrEqual(256);
    await run(resumed, 5_000, checkpoints);
    expect(encoded.splice(0).reduce((sum, count) => sum + count, 0)).toBe(480 - before);
    for (const name of readdirSync(whole))
      expect({ name, same: readFileSync(join(resumed, name)).equals(readFileSync(join(whole, name))) }).toEqual({
        name,
        same: true,
      });

    // The topic map reads the same tickets.
    cpSync(resumed, join(channels, 'routing'), { recursive: true });
    await run(temporaryFolder(), 5_000, checkpoints, clustering);
    expect(encoded).toEqual([]);
    expect(JSON.parse(readFileSync(join(checkpoints, 'encoded.json'), 'utf8'))).toMatchObject({
      encoder: encoder.hash,
      texts: 480,
    });
  }, 120_000);

  test('writes a routing model that loads, and returns its manifest', async () => {
    expect((await loadRouting(shared, await defaultEncoder())).manifest).toEqual(manifest);
    expect(manifest).toMatchObject({
      kind: 'routing',
      version: '1',
      seed: 7,
      createdFrom: { count: 80 },
      metrics: { team: { split: 'validation', count: ENOUGH_VALIDATION } },
    });
    expect(stages).toEqual(['reading', 'head team', 'done']);
  });

  test('writes the same bytes again', async () => {
    const again = temporaryFolder();
    await train(channelsOf(80), again, routing);
    expect(readdirSync(again)).toEqual(readdirSync(shared));
    for (const name of readdirSync(shared))
      expect(readFileSync(join(again, name)).equals(readFileSync(join(shared, name)))).toBe(true);
  });

  test('writes a topic map from the archive of a routing model, and keeps the ids of the map before', async () => {
    const channels = channelsOf(120);
    mkdirSync(join(channels, 'routing'));
    const files = readdirSync(shared).map((name) => ({ name, content: readFileSync(join(shared, name)) }));
    writeFileSync(join(channels, 'routing', 'model.tar.gz'), tarGzip(files));
    const first = await train(channels, join(channels, 'previous'), clustering);
    expect(first.topics.length).toBeGreaterThan(2);
    expect(loadClustering(join(channels, 'previous')).manifest).toEqual(first);
    const output = temporaryFolder();
    const second = await train(channels, output, { ...clustering, version: '3' });
    expect(second.topics).toEqual(first.topics);
    expect(second.version).toBe('3');
  });

  test('reads a smallest size of topics', async () => {
    const { topics } = await train(withRouting(80), temporaryFolder(), { ...clustering, minTopicSize: '500' });
    expect(topics).toEqual([]);
  });

  test('a missing channel is named', async () => {
    await expect(train(temporaryFolder(), temporaryFolder(), routing)).rejects.toThrow(/train\.jsonl is missing/u);
    await expect(train(channelsOf(60), temporaryFolder(), clustering)).rejects.toThrow(/needs the routing model/u);
  });

  test('clustering by a model of another kind is refused', async () => {
    const channels = withRouting(40);
    await train(channels, join(channels, 'map'), clustering);
    const wrong = channelsOf(40);
    cpSync(join(channels, 'map'), join(wrong, 'routing'), { recursive: true });
    await expect(train(wrong, temporaryFolder(), clustering)).rejects.toThrow(ArtifactError);
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
    const refused = train(channels, temporaryFolder(), routing);
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
    const refused = train(temporaryFolder(), temporaryFolder(), hyperparameters);
    await expect(refused).rejects.toThrow(TrainingDataError);
    await expect(refused).rejects.toThrow(message);
  });
});
