import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { TrainingExample } from '../../model/examples.ts';
import type { Tickets } from '../table/read-tickets.ts';
import { rowId } from '../table/row-id.ts';

/**
 * Writes tickets as the channel `training` that a training reads.
 * @param folder of the channels
 */
export const writeTrainingChannel = async (folder: string, training: Tickets, validation: Tickets | undefined): Promise<void> => {
  const channel = join(folder, 'training');
  await mkdir(channel, { recursive: true });
  await writeExamples(join(channel, 'train.jsonl'), training);
  if (validation !== undefined) await writeExamples(join(channel, 'validation.jsonl'), validation);
};

const writeExamples = async (path: string, tickets: Tickets): Promise<void> => {
  const stream = createWriteStream(path);
  const ended = finished(stream);
  for (const example of examplesOf(tickets)) {
    if (!stream.write(`${JSON.stringify(example)}\n`)) await Promise.race([once(stream, 'drain'), ended]);
  }
  stream.end();
  await ended;
};

function* examplesOf({ rows, texts, labels, times, ids, languages }: Tickets): Generator<TrainingExample> {
  const heads = Object.entries(labels);
  for (const [at, text] of texts.entries())
    yield {
      ticketId: ids?.[at] || rowId(rows[at]!),
      time: times?.[at] ?? timeOfRow(rows[at]!),
      text,
      labels: Object.fromEntries(
        heads.flatMap(([head, given]) => {
          const label = given[at];
          return label === undefined ? [] : [[head, label]];
        }),
      ),
      language: languages?.[at],
    };
}

/** Stands for a time that nobody knows: keeps the order of the file, and is plainly no time of a ticket. */
const timeOfRow = (row: number): string => new Date(row * 1000).toISOString();
