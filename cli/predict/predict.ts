import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { predictRouting } from '../../model/predict-routing.ts';
import type { RoutingModel } from '../../model/routing-model.ts';
import { createProgress } from '../progress.ts';
import { counted } from '../table/note.ts';
import type { Note } from '../table/note.ts';
import { modelText } from '../table/read-tickets.ts';
import { readTable } from '../table/read-table.ts';
import { writeNotes } from '../table/write-notes.ts';
import { untilStopped } from '../until-stopped.ts';
import { UsageError, UserError } from '../user-error.ts';
import { openModel } from './open-model.ts';
import { predictionOf } from './prediction.ts';
import type { TicketPrediction } from './prediction.ts';
import { predictionText, rowText } from './print-prediction.ts';

export interface PredictOptions {
  readonly model: string;
  readonly data?: string;
  readonly text?: readonly string[];
  readonly out?: string;
  readonly encoders: string;
  readonly json?: true;
}

interface Predicted {
  readonly text: string;
  readonly prediction: TicketPrediction;
}

interface Ticket {
  /** Row of the file, or which of the given texts it is, from 1. */
  readonly number: number;
  readonly text: string;
}

/** Tickets that the model reads at once. */
const BATCH = 256;

export const predict = async (texts: readonly string[], options: PredictOptions): Promise<void> => {
  const { data, text: columns, out } = options;
  if (data !== undefined && texts.length > 0) throw new UsageError('Give either texts or --data FILE, not both.');
  if (data !== undefined && columns === undefined)
    throw new UsageError('--data needs --text COLUMN, so that the tickets can be read.');
  if (data === undefined && (columns !== undefined || out !== undefined))
    throw new UsageError('--text and --out belong to a file of tickets; add --data FILE.');
  if (data !== undefined && out !== undefined && resolve(data) === resolve(out))
    throw new UsageError('--out names the file of tickets itself; name another, so that it is not lost.');
  if (data === undefined && texts.length === 0 && process.stdin.isTTY)
    throw new UsageError('Give a text in quotes, or --data FILE (add --help for examples).');
  const model = await openModel(options.model, options.encoders);
  if (data === undefined || columns === undefined)
    return predictTexts(model, texts.length > 0 ? texts : await linesOfInput(), options);
  const notes: Note[] = [];
  const predicted = predictionsOf(model, ticketsOf(data, columns, notes));
  await (out === undefined ? printPredictions(model, predicted, options) : writePredictions(predicted, data, out, options));
  writeNotes(notes);
};

const linesOfInput = async (): Promise<readonly string[]> => {
  const lines = (await Array.fromAsync(createInterface({ input: process.stdin }))).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UserError('Standard input held no text; write one ticket a line.');
  return lines;
};

const predictTexts = async (model: RoutingModel, texts: readonly string[], { json }: PredictOptions): Promise<void> => {
  const tickets = texts.map((text, at): Ticket => ({ number: at + 1, text: modelText([text]) }));
  const predicted = await Array.fromAsync(predictionsOf(model, tickets));
  const printed =
    json === true
      ? JSON.stringify({ model: describe(model), predictions: predicted.map(({ prediction }) => prediction) })
      : predicted.map(({ text, prediction }) => predictionText(text, prediction)).join('\n\n');
  process.stdout.write(`${printed}\n`);
};

const describe = ({ manifest }: RoutingModel) => ({
  version: manifest.version,
  trainedOn: manifest.createdFrom.count,
  dataHash: manifest.createdFrom.dataHash,
  heads: Object.keys(manifest.heads),
});

async function* ticketsOf(file: string, columns: readonly string[], notes: Note[]): AsyncGenerator<Ticket> {
  for await (const { number, cells } of readTable(file, columns, (note) => notes.push(note)))
    yield { number, text: modelText(cells) };
}

async function* predictionsOf(model: RoutingModel, tickets: AsyncIterable<Ticket> | Iterable<Ticket>): AsyncGenerator<Predicted> {
  let batch: Ticket[] = [];
  for await (const ticket of tickets) {
    batch.push(ticket);
    if (batch.length < BATCH) continue;
    yield* await predictBatch(model, batch);
    batch = [];
  }
  if (batch.length > 0) yield* await predictBatch(model, batch);
}

const predictBatch = async (model: RoutingModel, batch: readonly Ticket[]): Promise<readonly Predicted[]> => {
  const instances = batch.map(({ number, text }) => ({ id: String(number), text }));
  const predicted = await predictRouting(model, instances);
  return predicted.map((prediction, at) => ({
    text: batch[at]!.text,
    prediction: predictionOf(batch[at]!.number, prediction),
  }));
};

const printPredictions = async (
  model: RoutingModel,
  predicted: AsyncIterable<Predicted>,
  { json }: PredictOptions,
): Promise<void> => {
  if (json === true) {
    const predictions = await Array.fromAsync(predicted, ({ prediction }) => prediction);
    process.stdout.write(`${JSON.stringify({ model: describe(model), predictions })}\n`);
    return;
  }
  let between = '';
  for await (const { text, prediction } of predicted) {
    if (!process.stdout.write(`${between}${rowText(text, prediction)}\n`)) await once(process.stdout, 'drain');
    between = '\n';
  }
};

/** The file appears when it is whole. */
const writePredictions = (
  predicted: AsyncIterable<Predicted>,
  data: string,
  out: string,
  { json }: PredictOptions,
): Promise<void> =>
  untilStopped(async (signal) => {
    const draft = `${out}.partial`;
    const progress = createProgress();
    const stream = createWriteStream(draft);
    const ended = finished(stream);
    // Told where it is awaited.
    ended.catch(() => undefined);
    let rows = 0;
    let failed = 0;
    try {
      await Promise.race([once(stream, 'open'), ended]);
      for await (const { prediction } of predicted) {
        signal.throwIfAborted();
        rows++;
        if ('error' in prediction) failed++;
        if (!stream.write(`${JSON.stringify(prediction)}\n`)) await Promise.race([once(stream, 'drain'), ended]);
        if (rows % BATCH === 0) progress.show(`predicted ${rows.toLocaleString('en')} rows of ${data}`);
      }
      stream.end();
      await ended;
      await rename(draft, out);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC'].includes(code ?? ''))
        throw new UserError(`${out} cannot be written (${code}); name another file with --out.`, { cause });
      throw cause;
    } finally {
      progress.end();
      stream.destroy();
      await rm(draft, { force: true });
    }
    const summary = { out, rows, predicted: rows - failed, failed };
    const sentence = `Predicted ${counted(summary.predicted, 'ticket')} to ${out}${failed > 0 ? `; ${counted(failed, 'row')} without text could not be` : ''}.`;
    process.stdout.write(`${json === true ? JSON.stringify(summary) : sentence}\n`);
  });
