import { isWithin } from '../limit.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import { checkState } from './definition-fields.ts';
import { statesLimits } from './limits.ts';
import { fieldsOf, isStateType, UNSUPPORTED_FIELDS } from './fields.ts';
import { byteSize, isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { Program, QueryLanguage, State } from './program.ts';
import { parseResource } from './resource.ts';

/** What is wrong with a definition, and where. */
export interface Problems {
  invalid(where: string, what: string): void;
  unsupported(where: string, what: string): void;
}

/**
 * Reads a definition in the Amazon States Language, checking all of it.
 * @throws UnsupportedError naming the states and fields that are not run here
 * @throws AwsError InvalidDefinition naming the states and fields that AWS would refuse
 */
export const parseDefinition = (definition: string | object): Program => {
  const invalid: string[] = [];
  const unsupported: string[] = [];
  const problems: Problems = {
    invalid: (where, what) => invalid.push(`${what} at ${where}`),
    unsupported: (where, what) => unsupported.push(`${what} at ${where}`),
  };
  const json = typeof definition === 'string' ? readJson(definition) : (JSON.parse(JSON.stringify(definition)) as Json);
  if (!isObject(json)) throw invalidDefinition(['the definition is not an object']);
  if (!isWithin(statesLimits.definition, byteSize(JSON.stringify(json))))
    throw invalidDefinition(['the definition is larger than 1 MB']);
  const program = parseProgram(
    json,
    { where: '', language: languageOf(json, 'JSONPath', '', problems), top: 'machine' },
    problems,
  );
  checkNames(program, new Set(), problems);
  if (unsupported.length > 0) throw new UnsupportedError(`The state machine cannot run here: ${unsupported.join('; ')}`);
  if (invalid.length > 0) throw invalidDefinition(invalid);
  return program;
};

const readJson = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalidDefinition(['the definition is not JSON']);
  }
};

const invalidDefinition = (problems: readonly string[]): AwsError =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: ${problems.map((text) => `'SCHEMA_VALIDATION_FAILED: ${text}'`).join(', ')}`,
  );

const languageOf = (json: JsonObject, inherited: QueryLanguage, where: string, problems: Problems): QueryLanguage => {
  const language = json['QueryLanguage'];
  if (language === undefined) return inherited;
  if (language !== 'JSONata' && language !== 'JSONPath') {
    problems.invalid(`${where}/QueryLanguage`, 'QueryLanguage is neither JSONata nor JSONPath');
    return inherited;
  }
  if (language === 'JSONPath' && inherited === 'JSONata') {
    problems.invalid(`${where}/QueryLanguage`, 'a JSONPath state cannot stand in a JSONata state machine');
  }
  return language;
};

interface Surroundings {
  readonly where: string;
  readonly language: QueryLanguage;
  readonly top: 'machine' | 'branch' | 'processor';
}

const PROGRAM_FIELDS = {
  machine: new Set(['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version']),
  branch: new Set(['Comment', 'StartAt', 'States']),
  processor: new Set(['Comment', 'StartAt', 'States', 'ProcessorConfig']),
};

const parseProgram = (json: JsonObject, around: Surroundings, problems: Problems): Program => {
  const { where, top } = around;
  for (const key of Object.keys(json)) {
    if (!PROGRAM_FIELDS[top].has(key)) problems.unsupported(`${where}/${key}`, `unknown field ${key}`);
  }
  const { StartAt, States, TimeoutSeconds } = json;
  const states = new Map<string, State>();
  if (typeof TimeoutSeconds === 'number' && !isWithin(statesLimits.timeout, TimeoutSeconds))
    problems.invalid(`${where}/TimeoutSeconds`, `TimeoutSeconds is ${TimeoutSeconds}`);
  if (!isObject(States) || Object.keys(States).length === 0) {
    problems.invalid(`${where}/States`, 'States is missing or empty');
    return { startAt: '', states };
  }
  for (const [name, state] of Object.entries(States)) {
    const at = `${where}/States/${name}`;
    const { most } = statesLimits.stateName;
    if (name.length > most) problems.invalid(at, `a state's name is longer than ${most} characters`);
    const parsed = isObject(state) ? parseState(name, state, { ...around, where: at }, problems) : undefined;
    if (parsed) states.set(name, parsed);
    else if (!isObject(state)) problems.invalid(at, 'the state is not an object');
  }
  if (typeof StartAt !== 'string' || !Object.hasOwn(States, StartAt)) {
    problems.invalid(`${where}/StartAt`, `StartAt names no state: ${JSON.stringify(StartAt)}`);
    return { startAt: '', states };
  }
  checkTransitions(StartAt, states, States, where, problems);
  return { startAt: StartAt, states, ...(typeof TimeoutSeconds === 'number' ? { timeoutSeconds: TimeoutSeconds } : {}) };
};

const parseState = (name: string, json: JsonObject, around: Surroundings, problems: Problems): State | undefined => {
  const { where } = around;
  const type = json['Type'];
  if (!isStateType(type)) {
    problems.unsupported(`${where}/Type`, `unknown state type ${JSON.stringify(type)}`);
    return undefined;
  }
  const language = languageOf(json, around.language, where, problems);
  const fields = fieldsOf(type, language);
  for (const key of Object.keys(json)) {
    if (fields.has(key)) continue;
    const what = `the field ${key} of the ${language} ${type} state '${name}'`;
    if (UNSUPPORTED_FIELDS.has(key)) problems.unsupported(`${where}/${key}`, `${what} is not supported`);
    else problems.unsupported(`${where}/${key}`, `${what} is unknown`);
  }
  checkState(type, language, json, where, problems);
  const inner = (top: 'branch' | 'processor', part: JsonObject, field: string): Program =>
    parseProgram(part, { where: `${where}/${field}`, language: around.language, top }, problems);
  const base = { ...json, name, language };
  if (type === 'Task') {
    try {
      return { ...base, integration: parseResource(textOf(json['Resource'])) } as unknown as State;
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      problems.unsupported(`${where}/Resource`, error.message);
      return base as unknown as State;
    }
  }
  if (type === 'Parallel') {
    const branches = Array.isArray(json['Branches']) ? json['Branches'] : [];
    if (branches.length === 0) problems.invalid(`${where}/Branches`, 'Branches is missing or empty');
    return {
      ...base,
      branches: branches.map((branch: Json, i) => inner('branch', isObject(branch) ? branch : {}, `Branches[${i}]`)),
    } as unknown as State;
  }
  if (type === 'Map') return { ...base, ...parseMap(json, inner, where, problems) } as unknown as State;
  return base as unknown as State;
};

const parseMap = (
  json: JsonObject,
  inner: (top: 'processor', part: JsonObject, field: string) => Program,
  where: string,
  problems: Problems,
): JsonObject | object => {
  const field = json['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
  const processor = json[field];
  if (!isObject(processor)) problems.invalid(`${where}/ItemProcessor`, 'ItemProcessor is missing');
  const program = inner('processor', isObject(processor) ? processor : {}, field);
  const config = isObject(processor) && isObject(processor['ProcessorConfig']) ? processor['ProcessorConfig'] : {};
  const mode = config['Mode'] ?? 'INLINE';
  if (mode === 'INLINE') {
    for (const only of [
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
      'Label',
    ]) {
      if (json[only] !== undefined) problems.invalid(`${where}/${only}`, `${only} needs a Map in DISTRIBUTED mode`);
    }
    return { processor: program };
  }
  const kind = config['ExecutionType'];
  const label = json['Label'];
  if (typeof label === 'string' && !isWithin(statesLimits.label, label.length))
    problems.invalid(`${where}/Label`, `a Label is longer than ${statesLimits.label.most} characters`);
  if (mode !== 'DISTRIBUTED' || (kind !== 'STANDARD' && kind !== 'EXPRESS')) {
    problems.invalid(
      `${where}/${field}/ProcessorConfig`,
      'ProcessorConfig needs Mode INLINE, or DISTRIBUTED with ExecutionType STANDARD or EXPRESS',
    );
  }
  for (const state of program.states.values()) {
    if (kind === 'EXPRESS' && state.Type === 'Task' && state.integration?.pattern !== 'request') {
      problems.invalid(
        `${where}/${field}/States/${state.name}/Resource`,
        'an EXPRESS child execution can only use request-response integrations',
      );
    }
  }
  return { processor: program, distributed: kind };
};

const targetsOf = (state: State): readonly (readonly [string, string])[] => [
  ...(typeof state.Next === 'string' ? [['Next', state.Next] as const] : []),
  ...(Array.isArray(state.Catch) ? state.Catch.map((catcher, i) => [`Catch[${i}]/Next`, catcher.Next] as const) : []),
  ...(state.Type === 'Choice' && Array.isArray(state.Choices)
    ? state.Choices.map((rule, i) => [`Choices[${i}]/Next`, rule.Next] as const)
    : []),
  ...(state.Type === 'Choice' && state.Default !== undefined ? [['Default', state.Default] as const] : []),
];

const checkTransitions = (
  startAt: string,
  states: ReadonlyMap<string, State>,
  declared: JsonObject,
  where: string,
  problems: Problems,
): void => {
  const reached = new Set<string>([startAt]);
  for (const name of reached) {
    const state = states.get(name);
    for (const [, target] of state ? targetsOf(state) : []) reached.add(target);
  }
  for (const [name, state] of states) {
    if (!reached.has(name)) problems.invalid(`${where}/States/${name}`, `the state '${name}' is not reachable`);
    for (const [field, target] of targetsOf(state)) {
      if (Object.hasOwn(declared, target)) continue;
      problems.invalid(`${where}/States/${name}/${field}`, `the missing transition target '${target}'`);
    }
  }
};

/** State names are unique in the whole machine, inner programs included. */
const checkNames = (program: Program, seen: Set<string>, problems: Problems): void => {
  for (const state of program.states.values()) {
    if (seen.has(state.name)) problems.invalid(`/States/${state.name}`, `the state name '${state.name}' is used twice`);
    seen.add(state.name);
    const inner = state.Type === 'Parallel' ? state.branches : state.Type === 'Map' ? [state.processor] : [];
    for (const part of inner) checkNames(part, seen, problems);
  }
};
