import { z } from 'zod';
import { isJsonObject } from '../json.ts';

/** What the files that come with a graph say of it; a fact that none of them says is missing. */
export interface SourceFacts {
  readonly pooling?: 'mean' | 'cls';
  /** Tokens of a text with what frames them. */
  readonly maxTokens?: number;
  readonly prefix?: string;
  readonly licence?: string;
  readonly languages?: readonly string[];
}

/** Files that facts are read from, by the end of their path. */
export const FACT_FILES = [
  '1_Pooling/config.json',
  'config_sentence_transformers.json',
  'sentence_bert_config.json',
  'tokenizer_config.json',
  'config.json',
  'README.md',
  'METADATA',
] as const;

const tokens = z.int().positive().max(8_192);
const poolingSchema = z.looseObject({
  pooling_mode_mean_tokens: z.boolean().optional(),
  pooling_mode_cls_token: z.boolean().optional(),
});
const promptsSchema = z.looseObject({ prompts: z.record(z.string(), z.string()), default_prompt_name: z.string() });

/**
 * Reads the facts from the files that sentence encoders are commonly shared with: those of Sentence-Transformers, the front matter of
 * a model card, and a Python package's metadata.
 * @param contentOf the text of a file by the end of its path; undefined where there is none
 */
export const factsOf = (contentOf: (file: (typeof FACT_FILES)[number]) => string | undefined): SourceFacts => {
  const json = (file: (typeof FACT_FILES)[number]): unknown => parsed(contentOf(file) ?? 'null');
  const card = frontMatterOf(contentOf('README.md') ?? '');
  const pooling = poolingSchema.safeParse(json('1_Pooling/config.json')).data;
  const prompts = promptsSchema.safeParse(json('config_sentence_transformers.json')).data;
  const maxTokens = [
    field(json('sentence_bert_config.json'), 'max_seq_length'),
    field(json('tokenizer_config.json'), 'model_max_length'),
    field(json('config.json'), 'max_position_embeddings'),
  ].find((value) => value !== undefined);
  const prefix = prompts?.prompts[prompts.default_prompt_name];
  const licence = card.get('license')?.[0] ?? /^License-Expression:\s*(.+)$/mu.exec(contentOf('METADATA') ?? '')?.[1]?.trim();
  const languages = card.get('language');
  return {
    ...(pooling?.pooling_mode_mean_tokens === true ? { pooling: 'mean' as const } : {}),
    ...(pooling?.pooling_mode_cls_token === true ? { pooling: 'cls' as const } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(licence === undefined ? {} : { licence }),
    ...(languages === undefined ? {} : { languages }),
  };
};

const field = (value: unknown, name: string): number | undefined =>
  isJsonObject(value) ? tokens.safeParse(value[name]).data : undefined;

const parsed = (source: string): unknown => {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
};

/** Fields of a model card's head: `name: value`, or `name:` and lines of `- value`. */
const frontMatterOf = (source: string): ReadonlyMap<string, readonly string[]> => {
  const fields = new Map<string, string[]>();
  const [, head = ''] = /^---\r?\n(.*?)\r?\n---/su.exec(source) ?? [];
  let open: string[] = [];
  for (const line of head.split(/\r?\n/u)) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/u.exec(line) ?? [];
    const [, item] = /^\s*-\s+(\S.*)$/u.exec(line) ?? [];
    if (name !== undefined) {
      open = value === undefined || value === '' ? [] : [unquoted(value)];
      fields.set(name, open);
    } else if (item !== undefined) open.push(unquoted(item));
  }
  return new Map([...fields].filter(([, values]) => values.length > 0));
};

const unquoted = (value: string): string => value.trim().replaceAll(/^["']|["']$/gu, '');
