import { createHash, randomUUID } from 'node:crypto';
import { isObject, textOf, type Json } from './json.ts';
import { parsePath, PathSyntaxError, readPath, type Path, type PathRoots } from './path.ts';
import { runtimeError, StatesError } from './states-error.ts';

/** What may stand behind a key that ends in `.$`: a path, or a call of an intrinsic function. */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

type Intrinsic = (args: readonly Json[], random: () => number) => Json;

const fail = (name: string, why: string): StatesError => new StatesError('States.IntrinsicFailure', `${name}: ${why}`);

const MAX_LIST = 1000;

const listOf = (name: string, value: Json | undefined): readonly Json[] => {
  if (!Array.isArray(value)) throw fail(name, 'the first argument is not an array');
  return value;
};
const stringOf = (name: string, value: Json | undefined): string => {
  if (typeof value !== 'string') throw fail(name, 'an argument is not a string');
  return value;
};
const numberOf = (name: string, value: Json | undefined): number => {
  if (typeof value !== 'number') throw fail(name, 'an argument is not a number');
  return Math.trunc(value);
};
const same = (a: Json, b: Json): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item: Json, i) => same(item, b[i] ?? null));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key] ?? null, b[key] ?? null))
    );
  }
  return a === b;
};

const format: Intrinsic = ([template, ...values]) => {
  let next = 0;
  const text = stringOf('States.Format', template).replaceAll('{}', () => {
    if (next >= values.length) throw fail('States.Format', 'there are more {} than arguments');
    return textOf(values[next++] ?? null);
  });
  if (next < values.length) throw fail('States.Format', 'there are more arguments than {}');
  return text;
};

const range: Intrinsic = ([from, to, by]) => {
  const [first, last, step] = [
    numberOf('States.ArrayRange', from),
    numberOf('States.ArrayRange', to),
    numberOf('States.ArrayRange', by),
  ];
  if (step === 0) throw fail('States.ArrayRange', 'the step is 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_LIST) throw fail('States.ArrayRange', `the range has ${length} numbers, more than ${MAX_LIST}`);
  return Array.from({ length }, (_, i) => first + i * step);
};

export const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** A uniform generator for a given seed (mulberry32), so that a seeded call repeats. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const partition = (list: readonly Json[], size: number): readonly Json[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'States.Format': format,
  'States.StringToJson': ([text]) => {
    try {
      return JSON.parse(stringOf('States.StringToJson', text)) as Json;
    } catch (error) {
      throw error instanceof StatesError ? error : fail('States.StringToJson', 'the argument is not JSON');
    }
  },
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.Array': (args) => [...args],
  'States.ArrayPartition': ([list, size]) => {
    const items = listOf('States.ArrayPartition', list);
    const length = numberOf('States.ArrayPartition', size);
    if (length < 1) throw fail('States.ArrayPartition', 'the chunk size is not positive');
    return partition(items, length);
  },
  'States.ArrayContains': ([list, value]) => listOf('States.ArrayContains', list).some((item) => same(item, value ?? null)),
  'States.ArrayRange': range,
  'States.ArrayGetItem': ([list, index]) => {
    const item = listOf('States.ArrayGetItem', list)[numberOf('States.ArrayGetItem', index)];
    if (item === undefined) throw fail('States.ArrayGetItem', 'the index is out of bounds');
    return item;
  },
  'States.ArrayLength': ([list]) => listOf('States.ArrayLength', list).length,
  'States.ArrayUnique': ([list]) => {
    const unique: Json[] = [];
    for (const item of listOf('States.ArrayUnique', list)) if (!unique.some((other) => same(other, item))) unique.push(item);
    return unique;
  },
  'States.Base64Encode': ([text]) => Buffer.from(stringOf('States.Base64Encode', text)).toString('base64'),
  'States.Base64Decode': ([text]) => Buffer.from(stringOf('States.Base64Decode', text), 'base64').toString('utf8'),
  'States.Hash': ([value, algorithm]) => {
    const hash = HASHES[stringOf('States.Hash', algorithm)];
    if (!hash) throw fail('States.Hash', `the algorithm is none of ${Object.keys(HASHES).join(', ')}`);
    return createHash(hash)
      .update(textOf(value ?? null))
      .digest('hex');
  },
  'States.JsonMerge': ([first, second, deep]) => {
    if (deep !== false) throw fail('States.JsonMerge', 'only shallow merging (false) exists');
    if (!isObject(first) || !isObject(second)) throw fail('States.JsonMerge', 'an argument is not an object');
    return { ...first, ...second };
  },
  'States.MathRandom': ([from, to, seed], random) => {
    const low = numberOf('States.MathRandom', from);
    const drawn = seed === undefined ? random() : seededRandom(numberOf('States.MathRandom', seed))();
    return low + Math.floor(drawn * (numberOf('States.MathRandom', to) - low));
  },
  'States.MathAdd': ([a, b]) => numberOf('States.MathAdd', a) + numberOf('States.MathAdd', b),
  'States.StringSplit': ([text, delimiters]) => {
    const separators = new Set(stringOf('States.StringSplit', delimiters));
    const pieces: string[] = [''];
    for (const character of stringOf('States.StringSplit', text)) {
      if (separators.has(character)) pieces.push('');
      else pieces[pieces.length - 1] += character;
    }
    return pieces.filter((piece) => piece !== '');
  },
  'States.UUID': () => randomUUID(),
};

export const intrinsicFunctions: readonly string[] = Object.keys(INTRINSICS);

const parsed = new Map<string, Expression>();

/**
 * @throws PathSyntaxError for what is neither a path nor a call
 * @throws UnsupportedError for a function or a kind of path that is not run here
 */
export const parseExpression = (text: string): Expression => {
  const known = parsed.get(text);
  if (known) return known;
  const expression: Expression = text.startsWith('States.') ? parseCall(text) : { kind: 'path', path: parsePath(text) };
  parsed.set(text, expression);
  return expression;
};

const parseCall = (text: string): Expression => {
  let at = 0;
  const skip = (): void => {
    while (text[at] === ' ') at++;
  };
  const syntax = (): PathSyntaxError =>
    new PathSyntaxError(`'${text}' is not an intrinsic function call: cannot read '${text.slice(at)}'`);
  const expression = (): Expression => {
    skip();
    const rest = text.slice(at);
    const quoted = /^'((?:[^'\\]|\\.)*)'/.exec(rest);
    if (quoted) return take(quoted[0], { kind: 'literal', value: (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1') });
    const literal = /^(?:-?\d+(?:\.\d+)?|true|false|null)/.exec(rest);
    if (literal) return take(literal[0], { kind: 'literal', value: JSON.parse(literal[0]) as Json });
    const path = /^\$(?:\[(?:'[^']*'|"[^"]*"|[^\]])*\]|[^,)[\s])*/.exec(rest);
    if (path) return take(path[0], { kind: 'path', path: parsePath(path[0]) });
    const name = /^States\.\w+/.exec(rest)?.[0];
    if (!name) throw syntax();
    if (!Object.hasOwn(INTRINSICS, name)) throw new PathSyntaxError(`there is no intrinsic function ${name}`);
    at += name.length;
    return { kind: 'call', name, args: callArguments() };
  };
  const take = (consumed: string, value: Expression): Expression => {
    at += consumed.length;
    return value;
  };
  const callArguments = (): readonly Expression[] => {
    if (text[at++] !== '(') throw syntax();
    const args: Expression[] = [];
    for (skip(); text[at] !== ')'; skip()) {
      args.push(expression());
      skip();
      if (text[at] === ',') at++;
      else if (text[at] !== ')') throw syntax();
    }
    at++;
    return args;
  };
  const call = expression();
  skip();
  if (at < text.length) throw syntax();
  return call;
};

/** @throws StatesError States.Runtime where a path leads nowhere, States.IntrinsicFailure where a call cannot be made */
export const evaluateExpression = (expression: Expression, roots: PathRoots, random: () => number, field: string): Json => {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'path') {
    const value = readPath(expression.path, roots);
    if (value !== undefined) return value;
    throw runtimeError(
      `The JSONPath '${expression.path.text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(roots.input)}'`,
    );
  }
  const args = expression.args.map((arg) => evaluateExpression(arg, roots, random, field));
  return INTRINSICS[expression.name]?.(args, random) ?? null;
};
