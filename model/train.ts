import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArtifact, writeArtifact } from './artifact.ts';
import { loadClustering } from './clustering-model.ts';
import { trainClustering } from './clustering-training.ts';
import type { ClusteringTraining } from './clustering-training.ts';
import type { Encoder } from './encoder/open-encoder.ts';
import { TrainingDataError } from './errors.ts';
import { readExamples } from './examples.ts';
import { encodingsIn } from './encodings/encoding-store.ts';
import type { EncodingStore } from './encodings/encoding-store.ts';
import { parseHyperparameters } from './hyperparameters.ts';
import type { Manifest } from './manifest.ts';
import { openRouting } from './routing-model.ts';
import { trainRouting } from './routing-training.ts';
import type { OnProgress } from './stages.ts';

/**
 * Trains a model from a folder of channels and writes the artifact; the one way to train, from the command line and in a job.
 *
 * | channel | for | holds |
 * |---|---|---|
 * | `training` | both | `train.jsonl`, and perhaps `validation.jsonl` |
 * | `routing` | clustering | a routing model: its files or `model.tar.gz` |
 * | `previous` | clustering, optional | the map before, in the same form; its topics keep their ids |
 *
 * @param inputFolder has one folder a channel
 * @param outputFolder is made where it is missing
 * @param hyperparameters as text, see Hyperparameters
 * @param encoder reads the texts; the model is bound to it
 * @param checkpointFolder holds what an earlier training has encoded, and gets what this one does: a training that was stopped is taken
 *   up there. It may be emptied at any time. Without it nothing is kept.
 * @returns the manifest written
 * @throws TrainingDataError, ArtifactError
 */
export const trainFolder = async (
  inputFolder: string,
  outputFolder: string,
  hyperparameters: Readonly<Record<string, string>>,
  encoder: Encoder,
  onProgress: OnProgress = () => {},
  checkpointFolder?: string,
): Promise<Manifest> => {
  const parsed = parseHyperparameters(hyperparameters);
  const training = join(inputFolder, 'training');
  const trainFile = join(training, 'train.jsonl');
  if (!existsSync(trainFile)) throw new TrainingDataError(`${trainFile} is missing; the channel "training" must hold it.`);
  const examples = readExamples(trainFile);
  const artifact = await withEncodings(checkpointFolder, (encodings) =>
    parsed.kind === 'routing'
      ? trainRouting(
          { ...parsed, examples, validation: readExamples(join(training, 'validation.jsonl')), encodings },
          encoder,
          onProgress,
        )
      : trainTopics(inputFolder, { ...parsed, examples, encodings }, encoder, onProgress),
  );
  writeArtifact(outputFolder, artifact);
  return artifact.manifest;
};

/** On the disk in any case: what is encoded of a long history is larger than what else a training holds in memory. */
const withEncodings = async <T>(folder: string | undefined, train: (encodings: EncodingStore) => Promise<T>): Promise<T> => {
  if (folder !== undefined) return train(encodingsIn(folder));
  const temporary = mkdtempSync(join(tmpdir(), 'signalbox-encoded-'));
  try {
    return await train(encodingsIn(temporary));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

const trainTopics = async (
  inputFolder: string,
  training: Omit<ClusteringTraining, 'routing' | 'previous'>,
  encoder: Encoder,
  onProgress: OnProgress,
): ReturnType<typeof trainClustering> => {
  const routing = join(inputFolder, 'routing');
  const previous = join(inputFolder, 'previous');
  if (!existsSync(routing))
    throw new TrainingDataError(`${routing} is missing; clustering needs the routing model in the channel "routing".`);
  return trainClustering(
    {
      ...training,
      routing: await openRouting(readArtifact(routing, 'routing'), encoder),
      previous: existsSync(previous) ? loadClustering(previous) : undefined,
    },
    onProgress,
  );
};
