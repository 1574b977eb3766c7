import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TOPICS } from './company/topics.ts';
import { CHANNELS, PRIORITIES } from './generate/material.ts';
import type { Letter, Material } from './generate/material.ts';
import { parsePhrases } from './generate/phrases.ts';
import type { Phrases } from './generate/phrases.ts';

const letterSchema = z
  .strictObject({
    topic: z.enum(TOPICS.map(({ id }) => id)),
    channel: z.enum(CHANNELS),
    priority: z.enum(PRIORITIES),
    subject: z.string().min(1),
    body: z.string().min(1),
    requester: z.string().min(1).optional(),
  })
  .readonly();

/** Thrown when a line of the letters is not JSON or not what its schema asks for. */
export class LetterFileError extends Error {
  override readonly name = 'LetterFileError';
  readonly retryable = false;
}

const parseLetter = (line: string, place: string): Letter => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new LetterFileError(`${place} is not JSON: write one whole object on one line`, { cause });
  }
  const parsed = letterSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the line' : `"${issue.path.join('.')}"`;
  throw new LetterFileError(`${place}: ${field} is wrong: ${issue?.message ?? 'unknown'}`, { cause: parsed.error });
};

/**
 * Reads JSON Lines; empty ones are skipped, and counted, so that the number in a message is the one an editor shows.
 * @param file how messages call the text
 * @throws LetterFileError naming the file, the line (from 1) and the field
 */
export const parseLetters = (text: string, file: string): readonly Letter[] =>
  text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseLetter(line, `${file} line ${index + 1}`)]));

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'company', name), 'utf8');

const readPhrases = (name: string): Phrases => parsePhrases(read(name), `samples/company/${name}`);

/** Reads what was written by hand. */
export const readMaterial = (): Material => ({
  topics: TOPICS,
  phrases: new Map(TOPICS.map(({ id }) => [id, readPhrases(`topics/${id}.md`)])),
  ways: readPhrases('ways-of-writing.md'),
  letters: parseLetters(read('letters.jsonl'), 'samples/company/letters.jsonl'),
});
