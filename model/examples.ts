import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { TrainingDataError } from './errors.ts';
import { isJsonObject } from './json.ts';
import { byCodeUnits } from './random.ts';

/** One ticket of the history. */
export interface TrainingExample {
  readonly ticketId: string;
  /** ISO 8601. */
  readonly time: string;
  readonly text: string;
  /** Label of each head that people gave one; empty for an unlabelled ticket. */
  readonly labels: Readonly<Record<string, string>>;
  /** Such as "de"; only compared and reported. */
  readonly language?: string | undefined;
}

/** The label that a head has in an example. Head names come from data, so an inherited property must not pass for a label. */
export const labelOf = ({ labels }: TrainingExample, head: string): string | undefined =>
  Object.hasOwn(labels, head) ? labels[head] : undefined;

/** What a model was made from. */
export interface DataSummary {
  /** SHA-256 of the examples in canonical order. */
  readonly dataHash: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/**
 * Reads a file of one JSON example a line; a missing file is no examples.
 * @throws TrainingDataError naming the line and what is wrong with it
 */
export const readExamples = (path: string): readonly TrainingExample[] => {
  if (!existsSync(path)) return [];
  const examples: TrainingExample[] = [];
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    if (line.trim() !== '') examples.push(parseExample(line, `${path}, line ${number}`));
  }
  return examples;
};

const READ_AT_ONCE_BYTES = 1_048_576;

/** Lines one by one: the whole of a long history is longer than a string may be. */
function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(READ_AT_ONCE_BYTES);
    const decoder = new TextDecoder();
    let rest = '';
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    yield rest + decoder.decode();
  } finally {
    closeSync(file);
  }
}

const parseExample = (line: string, where: string): TrainingExample => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    // The parser's own message quotes the line, and with it a ticket's text.
    throw new TrainingDataError(`${where} is not JSON; each line must be one example.`, { cause });
  }
  if (!isJsonObject(value)) throw new TrainingDataError(`${where} is not a JSON object.`);
  const { ticketId, time, text, labels, language } = value;
  if (typeof ticketId !== 'string' || ticketId === '') throw new TrainingDataError(`${where} lacks the text "ticketId".`);
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time)))
    throw new TrainingDataError(`${where} lacks an ISO 8601 "time".`);
  if (typeof text !== 'string') throw new TrainingDataError(`${where} lacks the text "text".`);
  if (!isJsonObject(labels)) throw new TrainingDataError(`${where} lacks the object "labels" (empty for an unlabelled ticket).`);
  if (language !== undefined && typeof language !== 'string')
    throw new TrainingDataError(`${where}: "language" is not a text; leave it out where it is not known.`);
  const entries = Object.entries(labels).map(([head, label]): readonly [string, string] => {
    if (typeof label !== 'string') throw new TrainingDataError(`${where}: the label of "${head}" is not a text.`);
    return [head, label];
  });
  return { ticketId, time, text, labels: Object.fromEntries(entries), ...(language === undefined ? {} : { language }) };
};

/** The examples that have text, in an order that does not depend on how they came: so neither does the model. */
export const inCanonicalOrder = (examples: readonly TrainingExample[]): readonly TrainingExample[] =>
  examples
    .filter(({ text }) => text.trim() !== '')
    .map((example) => ({ example, key: canonicalLine(example) }))
    .sort((a, b) => byCodeUnits(a.key, b.key))
    .map(({ example }) => example);

/** @param examples in canonical order */
export const summariseData = (examples: readonly TrainingExample[]): DataSummary => {
  const hash = createHash('sha256');
  for (const example of examples) hash.update(`${canonicalLine(example)}\n`);
  const times = examples.map(({ time }) => Date.parse(time)).sort((a, b) => a - b);
  return {
    dataHash: hash.digest('hex'),
    from: new Date(times[0] ?? 0).toISOString(),
    to: new Date(times.at(-1) ?? 0).toISOString(),
    count: examples.length,
  };
};

const canonicalLine = (example: TrainingExample): string => {
  const { ticketId, time, text, language } = example;
  return JSON.stringify([ticketId, time, text, sortedLabels(example), ...(language === undefined ? [] : [language])]);
};

const sortedLabels = ({ labels }: TrainingExample): readonly (readonly [string, string])[] =>
  Object.entries(labels).sort(([left], [right]) => byCodeUnits(left, right));
