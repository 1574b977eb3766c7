import { evaluateExpression, parseExpression } from './intrinsics.ts';
import { byteSize, isObject, type Json, type JsonObject } from './json.ts';
import { evaluateTemplate } from './jsonata.ts';
import { statesLimits } from './limits.ts';
import { parsePath, readPath, writePath, type PathRoots } from './path.ts';
import { contextOf, type Outcome, type Visit } from './runtime.ts';
import { runtimeError, StatesError } from './states-error.ts';
import { fillTemplate } from './template.ts';

/** What `$states` has besides `input` and `context`. */
interface Results {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

const rootsOf = (visit: Visit, input: Json, map?: JsonObject): PathRoots => ({
  input,
  context: contextOf(visit, map),
  variable: (name) => visit.frame.scope.read(name),
});

/** Evaluates a JSONata value of the state's definition. */
export const evaluate = (visit: Visit, template: Json, field: string, results: Results = {}, map?: JsonObject): Promise<Json> =>
  evaluateTemplate(
    template,
    {
      states: { input: visit.input, context: contextOf(visit, map), ...results },
      variables: visit.frame.scope.all(),
      nowMs: visit.runtime.clock.now(),
      random: visit.runtime.random,
    },
    field,
  );

/** Reads a path or intrinsic of a JSONPath state. */
export const readField = (visit: Visit, expression: string, input: Json, field: string): Json =>
  evaluateExpression(parseExpression(expression), rootsOf(visit, input), visit.runtime.random, field);

/** As `readField`, but undefined where the path leads nowhere. */
export const probePath = (visit: Visit, path: string, input: Json): Json | undefined =>
  readPath(parsePath(path), rootsOf(visit, input));

/** Fills a template of the state's definition in the state's own query language. */
export const fill = async (visit: Visit, template: Json, input: Json, field: string, map?: JsonObject): Promise<Json> =>
  visit.state.language === 'JSONata'
    ? await evaluate(visit, template, field, {}, map)
    : fillTemplate(template, rootsOf(visit, input, map), visit.runtime.random);

/** The input that `$` means in a JSONPath state: after InputPath. */
export const effectiveInput = (visit: Visit): Json => {
  const { state, input } = visit;
  if (state.language === 'JSONata' || state.InputPath === undefined) return input;
  return state.InputPath === null ? {} : readField(visit, state.InputPath, input, 'InputPath');
};

/** What a state works on: Arguments in JSONata, InputPath and Parameters in JSONPath. */
export const argumentsOf = async (visit: Visit): Promise<Json> => {
  const { state } = visit;
  const input = effectiveInput(visit);
  const template = state.language === 'JSONata' ? state.Arguments : state.Parameters;
  const args =
    template === undefined
      ? input
      : await fill(visit, template, input, state.language === 'JSONata' ? 'Arguments' : 'Parameters');
  checkSize(args, `The state '${state.name}' has effective arguments`);
  return args;
};

/** What a state yields without a Task, Map or Parallel result of its own: Choice, Wait, Succeed. */
export const passThrough = async (
  visit: Visit,
  template: { Output?: Json; Assign?: JsonObject } = visit.state,
): Promise<Outcome> => {
  const { state } = visit;
  if (state.language === 'JSONata') return await jsonataOutcome(visit, template, {}, visit.input);
  const input = effectiveInput(visit);
  return { output: outputPath(visit, input), ...assignedIn(visit, template.Assign, input) };
};

/** Applies Assign and Output, or ResultSelector, ResultPath and OutputPath, to a result. */
export const outcomeOf = async (visit: Visit, result: Json): Promise<Outcome> => {
  const { state } = visit;
  if (state.language === 'JSONata') {
    return await jsonataOutcome(visit, state, state.Type === 'Pass' ? {} : { result }, result);
  }
  const selected =
    state.ResultSelector === undefined
      ? result
      : fillTemplate(state.ResultSelector, rootsOf(visit, result), visit.runtime.random);
  const merged = applyResultPath(visit.input, state.ResultPath, selected);
  return { output: outputPath(visit, merged), ...assignedIn(visit, state.Assign, result) };
};

/** What a Catch hands to its next state. */
export const caughtOutcome = async (
  visit: Visit,
  catcher: { Output?: Json; Assign?: JsonObject; ResultPath?: string | null; Next: string },
  errorOutput: JsonObject,
): Promise<Outcome> => {
  if (visit.state.language === 'JSONata') {
    return { ...(await jsonataOutcome(visit, catcher, { errorOutput }, errorOutput)), next: catcher.Next };
  }
  const output = applyResultPath(visit.input, catcher.ResultPath, errorOutput);
  return { output, ...assignedIn(visit, catcher.Assign, errorOutput), next: catcher.Next };
};

const jsonataOutcome = async (
  visit: Visit,
  template: { Output?: Json; Assign?: JsonObject },
  results: Results,
  otherwise: Json,
): Promise<Outcome> => {
  // Both see the variables as they were: neither sees what the other assigns.
  const output = template.Output === undefined ? otherwise : await evaluate(visit, template.Output, 'Output', results);
  const assigned = template.Assign === undefined ? undefined : await evaluate(visit, template.Assign, 'Assign', results);
  checkSize(output, `The state '${visit.state.name}' has an output`);
  return { output, ...(isObject(assigned) ? { assigned } : {}) };
};

const assignedIn = (visit: Visit, template: JsonObject | undefined, input: Json): { assigned?: JsonObject } => {
  if (template === undefined) return {};
  const assigned = fillTemplate(template, rootsOf(visit, input), visit.runtime.random);
  return isObject(assigned) ? { assigned } : {};
};

const applyResultPath = (input: Json, path: string | null | undefined, result: Json): Json => {
  if (path === null) return input;
  return path === undefined ? result : writePath(input, parsePath(path), result);
};

const outputPath = (visit: Visit, value: Json): Json => {
  const path = visit.state.OutputPath;
  const output = path === undefined ? value : path === null ? {} : readField(visit, path, value, 'OutputPath');
  checkSize(output, `The state '${visit.state.name}' has an output`);
  return output;
};

/** @throws StatesError States.DataLimitExceeded */
export const checkSize = (value: Json, what: string): void => {
  const size = byteSize(JSON.stringify(value));
  if (size > statesLimits.payload.most) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `${what} of ${size} bytes, which exceeds the maximum number of bytes service limit (${statesLimits.payload.most}).`,
    );
  }
};

/** A number of the definition: a literal, a JSONata expression, or the path beside it. */
export const numberOf = async (
  visit: Visit,
  field: string,
  value: number | string | undefined,
  path: string | undefined,
): Promise<number | undefined> => {
  const read = value !== undefined ? await fill(visit, value, visit.input, field) : undefined;
  const number = path !== undefined ? readField(visit, path, effectiveInput(visit), `${field}Path`) : read;
  if (number === undefined) return undefined;
  if (typeof number === 'number' && number >= 0) return number;
  const cause = `The value of ${field} in the state '${visit.state.name}' is ${JSON.stringify(number)}, not a number of at least 0`;
  throw visit.state.language === 'JSONata' ? new StatesError('States.QueryEvaluationError', cause) : runtimeError(cause);
};
