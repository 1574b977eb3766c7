import { requiredText } from '../known-properties.ts';
import { UnsupportedError } from '../service.ts';
import type { BusEvent } from './event.ts';

/** What a rule's target makes of an event. */
export type TargetInput =
  | { readonly kind: 'event' }
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'path'; readonly path: readonly (string | number)[] }
  | {
      readonly kind: 'template';
      readonly template: string;
      readonly paths: Readonly<Record<string, readonly (string | number)[]>>;
    };

interface RuleNames {
  readonly arn: string;
  readonly name: string;
}

/** Reads Input, InputPath and InputTransformer; what could not be rendered as AWS would is refused. */
export const readTargetInput = (target: Readonly<Record<string, unknown>>): TargetInput => {
  const { Input: constant, InputPath: path, InputTransformer: transformer } = target;
  if ([constant, path, transformer].filter((given) => given !== undefined).length > 1) {
    throw new UnsupportedError('A target has only one of Input, InputPath and InputTransformer.');
  }
  if (typeof constant === 'string') return { kind: 'constant', text: constant };
  if (typeof path === 'string') return path === '$' ? { kind: 'event' } : { kind: 'path', path: parsePath(path) };
  if (transformer === undefined) return { kind: 'event' };
  const { InputPathsMap, InputTemplate } = transformer as Readonly<Record<string, unknown>>;
  const paths = Object.entries((InputPathsMap ?? {}) as Readonly<Record<string, string>>);
  const input: TargetInput = {
    kind: 'template',
    template: requiredText('InputTransformer', { InputTemplate }, 'InputTemplate'),
    paths: Object.fromEntries(paths.map(([name, text]) => [name, parsePath(text)])),
  };
  checkTemplate(input);
  return input;
};

export const renderTargetInput = (input: TargetInput, event: BusEvent, rule: RuleNames): string => {
  switch (input.kind) {
    case 'event':
      return JSON.stringify(event);
    case 'constant':
      return input.text;
    case 'path':
      return JSON.stringify(valueAt(event, input.path) ?? null);
    case 'template':
      return fillTemplate(input.template, (name) => {
        const path = input.paths[name];
        return path ? valueAt(event, path) : PREDEFINED[name]?.(event, rule);
      });
  }
};

const PREDEFINED: Readonly<Record<string, (event: BusEvent, rule: RuleNames) => unknown>> = {
  'aws.events.rule-arn': (_event, rule) => rule.arn,
  'aws.events.rule-name': (_event, rule) => rule.name,
  'aws.events.event.ingestion-time': (event) => event.time,
  'aws.events.event': ({ detail: _detail, ...event }) => event,
  'aws.events.event.json': (event) => event,
};

const PLACEHOLDER = /<([^<>\s"]+)>/g;

/** Puts values into a JSON template: bare ones as JSON, those inside a string as text. */
const fillTemplate = (template: string, valueOf: (name: string) => unknown): string => {
  const strings = stringRanges(template);
  return template.replace(PLACEHOLDER, (_whole, name: string, offset: number) => {
    const value = valueOf(name);
    if (!strings.some(([start, end]) => offset > start && offset < end)) return JSON.stringify(value ?? null);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
    return JSON.stringify(text).slice(1, -1);
  });
};

/** Where the string literals of a template begin and end. */
const stringRanges = (template: string): readonly (readonly [number, number])[] =>
  [...template.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((match) => [match.index, match.index + match[0].length - 1]);

const checkTemplate = ({ template, paths }: Extract<TargetInput, { kind: 'template' }>): void => {
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!paths[name] && !PREDEFINED[name])
      throw new UnsupportedError(`InputTemplate uses <${name}>, which InputPathsMap does not define.`);
  }
  try {
    JSON.parse(fillTemplate(template, () => 0));
  } catch (cause) {
    throw new UnsupportedError(`The local cloud fills InputTemplates that are one JSON value; this one is not: ${template}`, {
      cause,
    });
  }
};

const SEGMENT = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/y;

/** Reads the JSON paths that EventBridge takes: names and indices, no filters or wildcards. */
const parsePath = (path: string): readonly (string | number)[] => {
  const segments: (string | number)[] = [];
  SEGMENT.lastIndex = 1;
  while (path.startsWith('$') && SEGMENT.lastIndex < path.length) {
    const match = SEGMENT.exec(path);
    if (!match) break;
    segments.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]));
    if (SEGMENT.lastIndex === path.length) return segments;
  }
  if (path === '$') return segments;
  throw new UnsupportedError(
    `The local cloud does not read the JSON path ${path}; it reads names and indices, as in $.detail.items[0].`,
  );
};

const valueAt = (event: BusEvent, path: readonly (string | number)[]): unknown => {
  let value: unknown = event;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[segment];
  }
  return value;
};
