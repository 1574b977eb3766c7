import type { Artifact } from '../../model/artifact.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import type { TrainingExample } from '../../model/examples.ts';
import { trainRouting } from '../../model/routing-training.ts';
import type { RoutingTraining } from '../../model/routing-training.ts';
import { trainingExamples } from './training-examples.ts';

let opened: Promise<Encoder> | undefined;

/** The default encoder, opened once a test file and left open until its process ends. */
export const defaultEncoder = (): Promise<Encoder> => (opened ??= openEncoder(useLiteFolder()));

/** Clear tickets with the head team alone, which halves the time of a training. */
export const teamExamples = (count: number, seed = 1): readonly TrainingExample[] =>
  trainingExamples(count, seed).map((example) => ({ ...example, labels: { team: example.labels['team']! } }));

/** As many validation examples as make cross-validation needless, which would train five times as many networks. */
export const ENOUGH_VALIDATION = 200;

/** A routing model of the head team, from few tickets: about a second. */
export const trainTeams = async (fields: Partial<RoutingTraining> = {}): Promise<Artifact> =>
  trainRouting(
    { version: '1', seed: 7, examples: teamExamples(80), validation: teamExamples(ENOUGH_VALIDATION, 2), ...fields },
    await defaultEncoder(),
  );
