import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { ticketLearnedSchema } from '../contracts/bus-event.ts';
import { labelsSchema } from '../contracts/ticket-event.ts';
import { hasWords, modelText } from '../event/ticket.ts';

/** The head whose label is the team: what a model is judged by. */
export const MAIN_HEAD = 'team';

/** One line of train.jsonl, validation.jsonl and test.jsonl. */
export const trainingExampleSchema = z.object({
  ticketId: z.string(),
  /** Event time, ISO 8601. */
  time: z.iso.datetime({ offset: true }),
  text: z.string(),
  labels: labelsSchema,
});
export type TrainingExample = z.infer<typeof trainingExampleSchema>;

export type Lesson =
  | {
      readonly kind: 'example';
      readonly example: TrainingExample;
      /** Of two lessons of one time the one that was recorded later counts. */
      readonly recordedAt: string;
    }
  /** Nothing to learn from it: no label, or no word. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Reads the detail of a `ticket.learned` event. */
export function toExample(detail: unknown): Lesson {
  const parsed = ticketLearnedSchema.safeParse(detail);
  if (!parsed.success) {
    return { kind: 'malformed', reason: `Fields that are not as they should be: ${fieldsOf(parsed.error).join(', ')}.` };
  }
  const { ticketId, time, text, labels, recordedAt = '' } = parsed.data;
  if (Number.isNaN(Date.parse(time))) return { kind: 'malformed', reason: 'The time of the event is no time.' };
  if (Object.keys(labels).length === 0 || !hasWords(text)) return { kind: 'empty' };
  return {
    kind: 'example',
    example: { ticketId, time: new Date(time).toISOString(), text: modelText(text), labels },
    recordedAt,
  };
}

const fieldsOf = (error: z.ZodError): readonly string[] => error.issues.map(({ path }) => path.join('.') || 'detail');

/** The example as the one line that stands for it: equal data gives equal lines, and so an equal hash. */
export const exampleLine = (example: TrainingExample): string => canonicalJson(example);
