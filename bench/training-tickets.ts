import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSample } from '../cli/start/read-tickets.ts';
import { SMALL_COMPANY, SMALL_COMPANY_NAME } from '../samples/sample-company.ts';
import type { TrainingExample } from '../model/examples.ts';
import { readCsv } from './quality/labelled-text.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FIRST_TIME_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** Banking77's training split in the folder of data sets beside the repository. */
export const BANKING77_TRAINING = join(ROOT, '..', 'shared', 'data', 'banking77', 'train.csv.gz');

/** Labelled tickets to train on, and what they were read from. */
export interface TrainingTickets {
  readonly name: string;
  readonly content: Uint8Array;
  readonly examples: readonly TrainingExample[];
}

/** A ticket of a history that has one a minute. */
export const exampleOf = (text: string, labels: Readonly<Record<string, string>>, index: number): TrainingExample => ({
  ticketId: `ticket-${String(index).padStart(6, '0')}`,
  time: new Date(FIRST_TIME_MS + index * MINUTE_MS).toISOString(),
  text,
  labels,
});

/** @param file as Banking77 has it, with the columns text and category; the sample company's tickets where it is missing */
export const readTrainingTickets = (file: string): TrainingTickets => {
  if (existsSync(file))
    return {
      name: 'Banking77 (Casanueva et al. 2020), CC BY 4.0',
      content: readFileSync(file),
      examples: readCsv(file).map((row, index) => exampleOf(row['text'] ?? '', { intent: row['category'] ?? '' }, index)),
    };
  const { tickets } = readSample(SMALL_COMPANY);
  return {
    name: SMALL_COMPANY_NAME,
    content: Buffer.from(JSON.stringify(tickets)),
    examples: tickets.map(({ subject, body, labels }, index) => exampleOf(`${subject}\n${body}`, labels, index)),
  };
};

/** Writes the tickets as the channel of a training job. */
export const writeTrainingChannel = (
  inputFolder: string,
  examples: readonly TrainingExample[],
  validation: readonly TrainingExample[] = [],
): void => {
  const folder = join(inputFolder, 'training');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, lines: readonly TrainingExample[]): void =>
    writeFileSync(join(folder, name), lines.map((each) => `${JSON.stringify(each)}\n`).join(''));
  write('train.jsonl', examples);
  write('validation.jsonl', validation);
};
