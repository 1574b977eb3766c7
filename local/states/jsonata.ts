import jsonata from 'jsonata';
import { createHash, randomUUID } from 'node:crypto';
import { HASHES, partition, seededRandom } from './intrinsics.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { queryError } from './states-error.ts';

/** What an expression sees: `$states` and the variables in scope. */
export interface JsonataScope {
  readonly states: JsonObject;
  readonly variables: JsonObject;
  readonly nowMs: number;
  readonly random: () => number;
}

const DELIMITED = /^\{%([\s\S]*)%\}$/;
const MAX_RANGE = 1_000_000;

const compiled = new Map<string, jsonata.Expression>();
const formatTime = jsonata('$fromMillis($ms, $picture, $timezone)');

const compile = (source: string): jsonata.Expression => {
  const known = compiled.get(source);
  if (known) return known;
  const expression = jsonata(source);
  compiled.set(source, expression);
  return expression;
};

/** The expression inside `{% … %}`, or undefined where the string is a literal. */
export const expressionIn = (text: string): string | undefined => DELIMITED.exec(text)?.[1];

/** What is wrong with the syntax of an expression, or undefined. */
export const syntaxProblem = (source: string): string | undefined => {
  try {
    compile(source);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
};

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/** The functions that Step Functions adds to JSONata, and the standard ones that must read our clock and seed. */
const functionsFor = (scope: JsonataScope): Readonly<Record<string, unknown>> => ({
  partition: (list: readonly Json[], size: number) => {
    if (!(size >= 1)) throw new Error('the chunk size of $partition is not positive');
    return partition(Array.isArray(list) ? list : [list], Math.floor(size));
  },
  range: (from: number, to: number, step: number) => {
    const length = Math.max(0, Math.floor((to - from) / step) + 1);
    if (!(length <= MAX_RANGE)) throw new Error('the range of $range has no end or more than a million numbers');
    return Array.from({ length }, (_, i) => from + i * step);
  },
  hash: (value: Json, algorithm: string) => {
    const hash = HASHES[algorithm];
    if (!hash) throw new Error(`the algorithm of $hash is none of ${Object.keys(HASHES).join(', ')}`);
    return createHash(hash)
      .update(typeof value === 'string' ? value : JSON.stringify(value))
      .digest('hex');
  },
  random: (seed?: number) => (seed === undefined ? scope.random() : seededRandom(seed)()),
  uuid: () => randomUUID(),
  parse: (text: string) => JSON.parse(text) as unknown,
  eval: () => {
    throw new Error('$eval does not exist in Step Functions; use $parse');
  },
  millis: () => scope.nowMs,
  now: (picture?: string, timezone?: string) => formatTime.evaluate(undefined, { ms: scope.nowMs, picture, timezone }) as unknown,
});

/** @throws StatesError States.QueryEvaluationError where the expression fails, or yields nothing or a function */
export const evaluateJsonata = async (source: string, scope: JsonataScope, field: string): Promise<Json> => {
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, { ...functionsFor(scope), ...scope.variables, states: scope.states });
  } catch (error) {
    throw queryError(source.trim(), field, `threw an error during evaluation. ${messageOf(error)}`);
  }
  if (value === undefined) throw queryError(source.trim(), field, 'returned nothing (undefined).');
  const text = serialise(value);
  if (text === undefined) throw queryError(source.trim(), field, 'returned an unsupported result type.');
  // A copy free of the marks that JSONata leaves on its sequences.
  return JSON.parse(text) as Json;
};

/** Undefined for functions, which have no JSON; JSONata's own hold references to themselves. */
const serialise = (value: unknown): string | undefined => {
  try {
    return typeof value === 'function' ? undefined : JSON.stringify(value);
  } catch (ignored) {
    return undefined;
  }
};

/** Evaluates every `{% … %}` string inside a value. */
export const evaluateTemplate = async (template: Json, scope: JsonataScope, field: string): Promise<Json> => {
  if (typeof template === 'string') {
    const source = expressionIn(template);
    return source === undefined ? template : await evaluateJsonata(source, scope, field);
  }
  if (Array.isArray(template)) {
    return await Promise.all(template.map((item: Json, i) => evaluateTemplate(item, scope, `${field}[${i}]`)));
  }
  if (!isObject(template)) return template;
  const entries = Object.entries(template).map(
    async ([key, value]) => [key, await evaluateTemplate(value, scope, `${field}/${key}`)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
};
