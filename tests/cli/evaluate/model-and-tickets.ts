import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../../model/artifact.ts';
import { trainRouting } from '../../../model/routing-training.ts';
import { temporaryFolder } from '../../support/model-folders.ts';
import { defaultEncoder, ENOUGH_VALIDATION } from '../../support/trained-routing.ts';
import { trainingExamples } from '../../support/training-examples.ts';

/** A model of the heads team and priority. */
export const trainedModel = async (): Promise<Artifact> =>
  trainRouting(
    { version: '1', seed: 7, examples: trainingExamples(120), validation: trainingExamples(ENOUGH_VALIDATION, 2) },
    await defaultEncoder(),
  );

export interface Row {
  readonly text: string;
  readonly team?: string;
  readonly priority?: string;
}

/** Clear tickets that the model has not seen, with their right labels. */
export const clearRows = (count: number): readonly Row[] =>
  trainingExamples(count, 3).map(({ text, labels }) => ({ text, team: labels['team']!, priority: labels['priority']! }));

/** Writes a CSV file and returns its path. */
export const writeRows = (rows: readonly Row[], name = 'tickets.csv'): string => {
  const file = join(temporaryFolder(), name);
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const lines = rows.map(({ text, team = '', priority = '' }) => [text, team, priority].map(quoted).join(','));
  writeFileSync(file, ['message,team,priority', ...lines].join('\n'));
  return file;
};
