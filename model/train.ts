import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readArtifact, writeArtifact } from './artifact.ts';
import { loadClustering } from './clustering-model.ts';
import { trainClustering } from './clustering-training.ts';
import type { Encoder } from './encoder/open-encoder.ts';
import { TrainingDataError } from './errors.ts';
import { readExamples } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { parseHyperparameters } from './hyperparameters.ts';
import type { Hyperparameters } from './hyperparameters.ts';
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
 * @returns the manifest written
 * @throws TrainingDataError, ArtifactError
 */
export const trainFolder = async (
  inputFolder: string,
  outputFolder: string,
  hyperparameters: Readonly<Record<string, string>>,
  encoder: Encoder,
  onProgress: OnProgress = () => {},
): Promise<Manifest> => {
  const parsed = parseHyperparameters(hyperparameters);
  const training = join(inputFolder, 'training');
  const trainFile = join(training, 'train.jsonl');
  if (!existsSync(trainFile)) throw new TrainingDataError(`${trainFile} is missing; the channel "training" must hold it.`);
  const examples = readExamples(trainFile);
  const artifact =
    parsed.kind === 'routing'
      ? await trainRouting(
          { ...parsed, examples, validation: readExamples(join(training, 'validation.jsonl')) },
          encoder,
          onProgress,
        )
      : await trainTopics(inputFolder, examples, parsed, encoder, onProgress);
  writeArtifact(outputFolder, artifact);
  return artifact.manifest;
};

const trainTopics = async (
  inputFolder: string,
  examples: readonly TrainingExample[],
  parsed: Hyperparameters,
  encoder: Encoder,
  onProgress: OnProgress,
): ReturnType<typeof trainClustering> => {
  const routing = join(inputFolder, 'routing');
  const previous = join(inputFolder, 'previous');
  if (!existsSync(routing))
    throw new TrainingDataError(`${routing} is missing; clustering needs the routing model in the channel "routing".`);
  return trainClustering(
    {
      ...parsed,
      examples,
      routing: await openRouting(readArtifact(routing, 'routing'), encoder),
      previous: existsSync(previous) ? loadClustering(previous) : undefined,
    },
    onProgress,
  );
};
