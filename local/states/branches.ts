import { argumentsOf, checkSize, effectiveInput, evaluate, fill, numberOf, outcomeOf, readField } from './io.ts';
import type { Json, JsonObject } from './json.ts';
import { statesLimits } from './limits.ts';
import type { MapState, ParallelState, Program } from './program.ts';
import type { Frame, Outcome, Visit } from './runtime.ts';
import { BranchAbortedError, runtimeError, StatesError } from './states-error.ts';
import { createScope } from './variables.ts';

interface Branch {
  readonly index: number;
  readonly program: Program;
  readonly input: Json;
  readonly map?: JsonObject;
  readonly onStart?: (frame: Frame) => void;
  readonly onEnd?: (frame: Frame, how: 'Succeeded' | 'Failed' | 'Aborted') => void;
}

export const runParallel = async (visit: Visit<ParallelState>): Promise<Outcome> => {
  const input = await argumentsOf(visit);
  const log = eventsOf(visit);
  log('ParallelStateStarted');
  const branches = visit.state.branches.map((program, index): Branch => ({ index, program, input }));
  const results = await runBranches(visit, branches, branches.length, 'ParallelState');
  log('ParallelStateSucceeded');
  return await outcomeOf(visit, results);
};

export const runInlineMap = async (visit: Visit<MapState>): Promise<Outcome> => {
  const { state } = visit;
  const items = await itemsOf(visit);
  const limit = await numberOf(visit, 'MaxConcurrency', state.MaxConcurrency, state.MaxConcurrencyPath);
  const log = eventsOf(visit);
  log('MapStateStarted', { length: items.length });
  const branches: Branch[] = [];
  for (const [index, value] of items.entries()) {
    const map = { Item: { Index: index, Value: value } };
    const iteration = { name: state.name, index };
    branches.push({
      index,
      program: state.processor,
      input: await selectItem(visit, value, map),
      map,
      onStart: (frame) => (frame.lastEventId = frame.execution.history.add('MapIterationStarted', frame.lastEventId, iteration)),
      onEnd: (frame, how) => frame.execution.history.add(`MapIteration${how}`, frame.lastEventId, iteration),
    });
  }
  const results = await runBranches(
    visit,
    branches,
    Math.min(limit || Infinity, statesLimits.inlineConcurrency.most),
    'MapState',
  );
  log('MapStateSucceeded');
  return await outcomeOf(visit, results);
};

/** The items of a Map that does not read them from S3. */
export const itemsOf = async (visit: Visit<MapState>): Promise<readonly Json[]> => {
  const { state } = visit;
  const input = effectiveInput(visit);
  const items =
    state.language === 'JSONata'
      ? state.Items === undefined
        ? visit.input
        : await evaluate(visit, state.Items, 'Items')
      : state.ItemsPath === undefined
        ? input
        : readField(visit, state.ItemsPath, input, 'ItemsPath');
  if (Array.isArray(items)) return items;
  const cause = `The items of the Map state '${state.name}' are ${JSON.stringify(items).slice(0, 200)}, not an array`;
  throw state.language === 'JSONata' ? new StatesError('States.QueryEvaluationError', cause) : runtimeError(cause);
};

/** What an iteration is given for an item. `Parameters` is the older name of ItemSelector. */
export const selectItem = async (visit: Visit<MapState>, value: Json, map: JsonObject): Promise<Json> => {
  const selector = visit.state.ItemSelector ?? visit.state.Parameters;
  const input = selector === undefined ? value : await fill(visit, selector, effectiveInput(visit), 'ItemSelector', map);
  checkSize(input, `An item of the state '${visit.state.name}' has an input`);
  return input;
};

const eventsOf =
  ({ frame }: Visit) =>
  (type: string, details?: Readonly<Record<string, unknown>>): void => {
    frame.lastEventId = frame.execution.history.add(type, frame.lastEventId, details);
  };

/** Runs the branches side by side. The first failure ends them all. */
const runBranches = async (
  visit: Visit,
  branches: readonly Branch[],
  concurrency: number,
  eventPrefix: string,
): Promise<readonly Json[]> => {
  const { frame } = visit;
  // Another attempt begins with every branch.
  if (visit.retryCount > 0) frame.execution.progress.clearBelow(frame.path);
  const abort = new AbortController();
  const forward = (): void => abort.abort();
  frame.signal.addEventListener('abort', forward, { once: true });
  const results: Json[] = Array.from<Json>({ length: branches.length }).fill(null);
  const pending = branches.entries();
  let failure: unknown;
  const worker = async (): Promise<void> => {
    for (const [index, branch] of pending) {
      if (abort.signal.aborted) return;
      try {
        results[index] = await runBranch(visit, branch, abort.signal);
      } catch (error) {
        failure ??= error;
        abort.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), branches.length) }, worker));
  } finally {
    frame.signal.removeEventListener('abort', forward);
  }
  if (frame.signal.aborted) throw new BranchAbortedError('The execution ended during its branches');
  if (failure === undefined) return results;
  if (failure instanceof StatesError) eventsOf(visit)(`${eventPrefix}Failed`, { error: failure.error, cause: failure.cause });
  throw failure;
};

const runBranch = async ({ runtime, frame: outer }: Visit, branch: Branch, signal: AbortSignal): Promise<Json> => {
  const map = branch.map ?? outer.map;
  const frame: Frame = {
    execution: outer.execution,
    scope: createScope(outer.scope),
    signal,
    path: `${outer.path}/${branch.index}`,
    ...(map === undefined ? {} : { map }),
    lastEventId: outer.lastEventId,
  };
  branch.onStart?.(frame);
  try {
    const result = await runtime.runProgram(branch.program, branch.input, frame);
    frame.execution.progress.clearBelow(frame.path);
    frame.execution.progress.put(frame.path, { result });
    branch.onEnd?.(frame, 'Succeeded');
    return result;
  } catch (error) {
    branch.onEnd?.(frame, error instanceof BranchAbortedError ? 'Aborted' : 'Failed');
    throw error;
  }
};
