import { z } from 'zod';
import { SignalboxError } from '../errors.ts';
import { plainLabel } from './join-spellings.ts';

const label = z.string().trim().min(1).max(200);

const headSchema = z.strictObject({
  /** Former name → name of today. */
  renamed: z.record(label, label).default({}),
  /** Name → the day from which people could choose it, and the labels that its tickets had before. */
  added: z.record(label, z.strictObject({ since: z.iso.date(), from: z.array(label).default([]) })).default({}),
  /** Name → who takes its tickets now; null where nobody does. */
  retired: z.record(label, label.nullable()).default({}),
});

/** What `labels.json` says: head → how its labels have changed. */
export const labelDeclarationSchema = z.strictObject({ heads: z.record(z.string().trim().min(1).max(100), headSchema) });

export type LabelDeclaration = z.infer<typeof labelDeclarationSchema>;
export type HeadDeclaration = z.infer<typeof headSchema>;

/** A declaration of labels that contradicts itself, or is not one. */
export class LabelDeclarationError extends SignalboxError {
  override readonly name = 'LabelDeclarationError';

  constructor(message: string, cause?: unknown) {
    super(message, { retryable: false, cause });
  }
}

/**
 * @param text content of the file
 * @param where what the file is called in messages
 * @throws LabelDeclarationError saying what is wrong and what to do
 */
export const parseLabelDeclaration = (text: string, where: string): LabelDeclaration => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LabelDeclarationError(
      `${where} is not JSON (${String(cause).replace(/^SyntaxError: /, '')}); mend it there.`,
      cause,
    );
  }
  const parsed = labelDeclarationSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LabelDeclarationError(
      `${where} is not a declaration of labels: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}; write it as {"heads":{"team":{"renamed":{"old":"new"}}}}.`,
      parsed.error,
    );
  }
  for (const [head, declared] of Object.entries(parsed.data.heads)) refuseContradictions(where, head, declared);
  return parsed.data;
};

const refuseContradictions = (where: string, head: string, { renamed, retired }: HeadDeclaration): void => {
  const next = new Map<string, { readonly label: string; readonly to: string | null }>();
  for (const [from, to] of [...Object.entries(renamed), ...Object.entries(retired)]) {
    const key = plainLabel(from);
    if (next.has(key))
      throw new LabelDeclarationError(
        `${where} says twice what became of "${from}" of ${head}; keep one (case and blanks do not tell labels apart).`,
      );
    next.set(key, { label: from, to });
  }
  for (const { label: start } of next.values()) {
    const seen = new Set<string>();
    for (let at: string | null | undefined = start; typeof at === 'string'; at = next.get(plainLabel(at))?.to) {
      if (seen.has(plainLabel(at)))
        throw new LabelDeclarationError(
          `${where} goes in a circle at "${at}" of ${head}; say which name holds today (spellings of one name need no entry).`,
        );
      seen.add(plainLabel(at));
    }
  }
};
