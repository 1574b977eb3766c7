import { cannotEvaluate } from './errors.ts';
import type { RequestContext } from './request-context.ts';

/** A text of a policy with its policy variables: `*` and `?` are wildcards except where `${*}` and `${?}` escape them. */
export interface TextPattern {
  readonly text: string;
  /** Whether a value matches it whole, wildcards and all. False where a variable has no value. */
  matches(value: string, context: RequestContext): boolean;
  /** The text with its variables filled in and wildcards taken as they are; undefined where one has no value. */
  literal(context: RequestContext): string | undefined;
}

type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'exactly'; readonly text: string } | Variable;
interface Variable {
  readonly kind: 'variable';
  readonly key: string;
  readonly fallback?: string;
}

interface PatternOptions {
  readonly where: string;
  /** Variables exist since policy language version 2012-10-17; before, `${` is text. */
  readonly hasVariables: boolean;
  readonly ignoreCase?: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export const parseTextPattern = (text: string, options: PatternOptions): TextPattern => {
  const parts = options.hasVariables ? partsOf(text, options.where) : [{ kind: 'text', text } as const];
  const flags = options.ignoreCase ? 'isu' : 'su';
  const fill = (context: RequestContext): readonly Part[] | undefined => fillIn(parts, context, options.where);
  const compile = (filled: readonly Part[]): ((value: string) => boolean) => {
    const [only] = filled;
    if (filled.length === 1 && only?.kind === 'text' && !options.ignoreCase) {
      if (only.text === '*') return () => true;
      if (!/[*?]/.test(only.text)) return (value) => value === only.text;
    }
    const pattern = new RegExp(`^${filled.map(sourceOf).join('')}$`, flags);
    return (value) => pattern.test(value);
  };
  const isConstant = parts.every(({ kind }) => kind !== 'variable');
  const constant = isConstant ? compile(parts) : undefined;
  const constantText = isConstant ? parts.map(textOf).join('') : undefined;
  return {
    text,
    matches: (value, context) => {
      if (constant) return constant(value);
      const filled = fill(context);
      return filled !== undefined && compile(filled)(value);
    },
    literal: (context) => constantText ?? fill(context)?.map(textOf).join(''),
  };
};

/** Matches `*` and `?` without variables or regard to case, as action names do. */
export const actionPattern = (text: string): ((action: string) => boolean) => {
  const pattern = new RegExp(`^${sourceOf({ kind: 'text', text })}$`, 'isu');
  return (action) => pattern.test(action);
};

const partsOf = (text: string, where: string): readonly Part[] => {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) });
    parts.push(variableOf(match[1] ?? '', where));
    at = match.index + match[0].length;
  }
  if (at < text.length || parts.length === 0) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
};

const variableOf = (inside: string, where: string): Part => {
  if (inside === '*' || inside === '?' || inside === '$') return { kind: 'exactly', text: inside };
  const match = /^\s*([\w:/.+@=-]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inside);
  const [, key, fallback] = match ?? [];
  if (key === undefined) throw cannotEvaluate(where, `the policy variable \${${inside}}`);
  return { kind: 'variable', key, ...(fallback !== undefined && { fallback }) };
};

const fillIn = (parts: readonly Part[], context: RequestContext, where: string): readonly Part[] | undefined => {
  const filled: Part[] = [];
  for (const part of parts) {
    if (part.kind !== 'variable') {
      filled.push(part);
      continue;
    }
    const values = context(part.key);
    if (values === undefined) throw cannotEvaluate(where, `the policy variable \${${part.key}} for this request`);
    const [value = part.fallback, ...more] = values;
    if (more.length > 0) throw cannotEvaluate(where, `\${${part.key}}, which has more than one value`);
    if (value === undefined) return undefined;
    filled.push({ kind: 'exactly', text: value });
  }
  return filled;
};

const textOf = (part: Part): string => (part.kind === 'variable' ? '' : part.text);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

const sourceOf = (part: Part): string => {
  if (part.kind !== 'text') return escaped(textOf(part));
  return escaped(part.text)
    .replaceAll(String.raw`\*`, '.*')
    .replaceAll(String.raw`\?`, '.');
};
