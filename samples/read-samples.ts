import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const SAMPLE_TEAMS = ['billing', 'shipping', 'returns', 'workshop', 'accounts', 'subscriptions', 'advice'] as const;

/** Share of the tickets, counted from the newest, that is replayed as live; everything before it is history. */
export const LIVE_SHARE = 0.2;

const sampleTicketSchema = z
  .strictObject({
    id: z.string().regex(/^C-\d{5}$/),
    time: z.iso.datetime(),
    channel: z.enum(['email', 'chat', 'web']),
    subject: z.string().min(1),
    body: z.string().min(1),
    requester: z.string().min(1),
    labels: z
      .strictObject({
        team: z.enum(SAMPLE_TEAMS),
        priority: z.enum(['low', 'normal', 'high', 'urgent']),
        workflow: z.string().min(1).optional(),
      })
      .readonly(),
  })
  .readonly();

const sampleTopicSchema = z.strictObject({ id: z.string().min(1), topic: z.string().min(1) }).readonly();

export type SampleTicket = z.infer<typeof sampleTicketSchema>;

/** Thrown when a line of a sample file is not JSON or not what its schema asks for. */
export class SampleFileError extends Error {
  override readonly name = 'SampleFileError';
  readonly retryable = false;
}

const parseLine = <T>(schema: z.ZodType<T>, line: string, place: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SampleFileError(`${place} is not JSON: write one whole object on one line`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the line' : `"${issue.path.join('.')}"`;
  throw new SampleFileError(`${place}: ${field} is wrong: ${issue?.message ?? 'unknown'}`, { cause: parsed.error });
};

/** Empty lines are skipped, and counted, so that the number in a message is the one an editor shows. */
const parseLines = <T>(schema: z.ZodType<T>, text: string, file: string): readonly T[] =>
  text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(schema, line, `${file} line ${index + 1}`)]));

/**
 * @param file how messages call the text
 * @throws SampleFileError naming the file, the line (from 1) and the field
 */
export const parseSampleTickets = (text: string, file: string): readonly SampleTicket[] =>
  parseLines(sampleTicketSchema, text, file);

const readSampleFile = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** All sample tickets, oldest first. The last `LIVE_SHARE` of them is the live part. */
export const readSampleTickets = (): readonly SampleTicket[] =>
  parseSampleTickets(readSampleFile('tickets.jsonl'), 'samples/tickets.jsonl');

/**
 * Ticket id → the topic its author had in mind, to judge clusterings by. No model may be given it; tickets without
 * a topic are absent.
 */
export const readSampleTopics = (): ReadonlyMap<string, string> =>
  new Map(
    parseLines(sampleTopicSchema, readSampleFile('topics.jsonl'), 'samples/topics.jsonl').map(({ id, topic }) => [id, topic]),
  );
