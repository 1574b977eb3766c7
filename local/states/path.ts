import { UnsupportedError } from '../service.ts';
import { isObject, type Json } from './json.ts';
import { StatesError } from './states-error.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from: number; readonly to: number | undefined };

/** A JSONPath of the States Language. A definite one names a single value; `[*]` and slices name a list. */
export interface Path {
  readonly text: string;
  readonly root: 'input' | 'context' | { readonly variable: string };
  readonly steps: readonly Step[];
  readonly definite: boolean;
}

export interface PathRoots {
  readonly input: Json;
  readonly context: Json;
  readonly variable: (name: string) => Json | undefined;
}

/** The text is no JSONPath at all; where it stands is for the caller to say. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
  readonly retryable = false;
}

const parsed = new Map<string, Path>();

/**
 * @throws UnsupportedError for filters, unions and recursive descent
 * @throws PathSyntaxError for what is no path
 */
export const parsePath = (text: string): Path => {
  const known = parsed.get(text);
  if (known) return known;
  const head = /^\$(\$|[A-Za-z_][\w]*)?/.exec(text);
  if (!head) throw new PathSyntaxError(`'${text}' is not a JSONPath: it does not begin with $`);
  const name = head[1];
  const root = name === undefined ? 'input' : name === '$' ? 'context' : { variable: name };
  const steps: Step[] = [];
  for (let at = head[0].length; at < text.length;) {
    const rest = text.slice(at);
    const { step, length } = parseStep(rest, text);
    steps.push(step);
    at += length;
  }
  const path: Path = { text, root, steps, definite: steps.every((step) => step.kind === 'field' || step.kind === 'index') };
  parsed.set(text, path);
  return path;
};

const parseStep = (rest: string, text: string): { step: Step; length: number } => {
  if (rest.startsWith('..')) throw new UnsupportedError(`recursive descent (..) in the JSONPath '${text}' is not supported`);
  if (rest.startsWith('[?')) throw new UnsupportedError(`a filter expression in the JSONPath '${text}' is not supported`);
  const all = /^(?:\.\*|\[\*\])/.exec(rest);
  if (all) return { step: { kind: 'all' }, length: all[0].length };
  const dotted = /^\.([^.[\]()'"*?@,\s$]+)/.exec(rest);
  if (dotted) return { step: { kind: 'field', name: dotted[1] ?? '' }, length: dotted[0].length };
  const quoted = /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/.exec(rest);
  if (quoted)
    return { step: { kind: 'field', name: (quoted[1] ?? quoted[2] ?? '').replaceAll(/\\(.)/g, '$1') }, length: quoted[0].length };
  const index = /^\[(-?\d+)\]/.exec(rest);
  if (index) return { step: { kind: 'index', index: Number(index[1]) }, length: index[0].length };
  const slice = /^\[(-?\d*):(-?\d*)\]/.exec(rest);
  if (slice) {
    const to = slice[2] ? Number(slice[2]) : undefined;
    return { step: { kind: 'slice', from: Number(slice[1] ?? 0), to }, length: slice[0].length };
  }
  if (/^\[[^\]]*,/.test(rest)) throw new UnsupportedError(`a union in the JSONPath '${text}' is not supported`);
  throw new PathSyntaxError(`'${text}' is not a JSONPath: cannot read '${rest}'`);
};

const stepInto = (value: Json, step: Step): readonly Json[] => {
  if (step.kind === 'field') {
    const child = isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
    return child === undefined ? [] : [child];
  }
  if (step.kind === 'all') return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  if (!Array.isArray(value)) return [];
  if (step.kind === 'slice') return value.slice(step.from, step.to);
  const child: Json | undefined = value.at(step.index);
  return child === undefined ? [] : [child];
};

/** The value at the path; undefined where a definite path leads nowhere; a list for an indefinite one. */
export const readPath = (path: Path, roots: PathRoots): Json | undefined => {
  const root = path.root === 'input' ? roots.input : path.root === 'context' ? roots.context : roots.variable(path.root.variable);
  if (root === undefined) return undefined;
  let values: readonly Json[] = [root];
  for (const step of path.steps) values = values.flatMap((value) => stepInto(value, step));
  return path.definite ? values[0] : values;
};

/**
 * `target` with `value` at the reference path, creating objects on the way.
 * @throws StatesError States.ResultPathMatchFailure where the path runs through something else than an object or a list
 */
export const writePath = (target: Json, path: Path, value: Json): Json => writeSteps(target, path.steps, value, path.text);

const writeSteps = (target: Json | undefined, steps: readonly Step[], value: Json, text: string): Json => {
  const [step, ...rest] = steps;
  if (!step) return value;
  if (step.kind === 'field' && (target === undefined || isObject(target))) {
    return { ...target, [step.name]: writeSteps(target?.[step.name], rest, value, text) };
  }
  if (step.kind === 'index' && Array.isArray(target) && step.index >= 0 && step.index < target.length) {
    return target.with(step.index, writeSteps(target[step.index], rest, value, text));
  }
  throw new StatesError('States.ResultPathMatchFailure', `Unable to apply the reference path '${text}' to the input`);
};
