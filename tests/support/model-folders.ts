import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TrainingExample } from '../../model/examples.ts';
import { toJsonLines } from './training-examples.ts';

/** A folder that is gone when the test is over. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Writes the channel `training` into a folder of channels. */
export const writeTrainingChannel = (
  channels: string,
  train: readonly TrainingExample[],
  validation: readonly TrainingExample[] = [],
): void => {
  mkdirSync(join(channels, 'training'), { recursive: true });
  writeFileSync(join(channels, 'training', 'train.jsonl'), toJsonLines(train));
  writeFileSync(join(channels, 'training', 'validation.jsonl'), toJsonLines(validation));
};
