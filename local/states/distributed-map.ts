import { randomUUID } from 'node:crypto';
import { itemsOf, selectItem } from './branches.ts';
import type { Execution } from './execution.ts';
import { fill, numberOf, outcomeOf } from './io.ts';
import { readItems } from './item-reader.ts';
import { byteSize, isObject, type Json, type JsonObject } from './json.ts';
import { statesLimits } from './limits.ts';
import type { MapState } from './program.ts';
import { mapResult } from './result-writer.ts';
import type { MapRun, Outcome, Visit } from './runtime.ts';
import { BranchAbortedError, StatesError } from './states-error.ts';

/** What one child execution works on: an item, or a batch of them. */
interface Unit {
  readonly input: Json;
  readonly items: number;
}

export const runDistributedMap = async (visit: Visit<MapState>): Promise<Outcome> => {
  const { state, frame, runtime } = visit;
  const { execution } = frame;
  const log = (type: string, details?: Readonly<Record<string, unknown>>): void => {
    frame.lastEventId = execution.history.add(type, frame.lastEventId, details);
  };
  const items = state.ItemReader ? await readItems(visit, state.ItemReader) : await itemsOf(visit);
  const units = await batch(visit, await select(visit, items));
  const limit = await numberOf(visit, 'MaxConcurrency', state.MaxConcurrency, state.MaxConcurrencyPath);
  const count = await numberOf(visit, 'ToleratedFailureCount', state.ToleratedFailureCount, state.ToleratedFailureCountPath);
  const share = await numberOf(
    visit,
    'ToleratedFailurePercentage',
    state.ToleratedFailurePercentage,
    state.ToleratedFailurePercentagePath,
  );
  const total = units.reduce((sum, unit) => sum + unit.items, 0);
  const label = state.Label ?? state.name.replaceAll(/[^\w-]/g, '');
  const mapRunArn = `arn:aws:states:${runtime.region}:${runtime.accountId}:mapRun:${execution.machine.name}/${label}:${randomUUID()}`;
  const run: MapRun = {
    mapRunArn,
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    startDate: runtime.clock.now() / 1000,
    maxConcurrency: limit ?? 0,
    toleratedFailureCount: count ?? 0,
    toleratedFailurePercentage: share ?? 0,
    status: 'RUNNING',
    itemCounts: countsOf(total, 0, 0, 0),
    executionCounts: countsOf(units.length, 0, 0, 0),
  };
  runtime.mapRuns.set(mapRunArn, run);
  log('MapStateStarted', { length: total });
  log('MapRunStarted', { mapRunArn });
  const exceeded = (failedItems: number): boolean => {
    const overCount = failedItems > (count ?? 0);
    const overShare = (failedItems / Math.max(1, total)) * 100 > (share ?? 0);
    // A threshold that is not given does not bind where the other one is (developer guide, "Failure thresholds").
    return count === undefined ? overShare : share === undefined ? overCount : overCount || overShare;
  };
  try {
    const { children, stopped } = await runUnits(
      visit,
      run,
      units,
      Math.min(limit || Infinity, statesLimits.childConcurrency.most),
      exceeded,
    );
    const result = await mapResult(visit, mapRunArn, children);
    if (stopped)
      throw new StatesError('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');
    run.status = 'SUCCEEDED';
    log('MapRunSucceeded');
    log('MapStateSucceeded');
    return await outcomeOf(visit, result);
  } catch (error) {
    run.status = frame.signal.aborted ? 'ABORTED' : run.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
    if (error instanceof StatesError && run.status === 'FAILED') {
      log('MapRunFailed', { error: error.error, cause: error.cause });
      log('MapStateFailed', { error: error.error, cause: error.cause });
    }
    throw error;
  } finally {
    run.stopDate = runtime.clock.now() / 1000;
    runtime.mapRuns.set(mapRunArn, run);
  }
};

const countsOf = (total: number, succeeded: number, failed: number, running: number): MapRun['itemCounts'] => ({
  total,
  succeeded,
  failed,
  running,
  pending: total - succeeded - failed - running,
  aborted: 0,
});

/** Starts a child for each unit until all have ended or too many items have failed. */
const runUnits = async (
  visit: Visit<MapState>,
  run: MapRun,
  units: readonly Unit[],
  concurrency: number,
  exceeded: (failedItems: number) => boolean,
): Promise<{ children: readonly Execution[]; stopped: boolean }> => {
  const { runtime, frame, state } = visit;
  const abort = new AbortController();
  const forward = (): void => abort.abort();
  frame.signal.addEventListener('abort', forward, { once: true });
  const children: (Execution | undefined)[] = Array.from({ length: units.length });
  const items = { succeeded: 0, failed: 0, running: 0 };
  const executions = { succeeded: 0, failed: 0, running: 0 };
  const count = (kind: 'succeeded' | 'failed' | 'running', unit: Unit, by: 1 | -1): void => {
    items[kind] += by * unit.items;
    executions[kind] += by;
    run.itemCounts = countsOf(run.itemCounts.total, items.succeeded, items.failed, items.running);
    run.executionCounts = countsOf(units.length, executions.succeeded, executions.failed, executions.running);
    runtime.mapRuns.set(run.mapRunArn, run);
  };
  let stopped = false;
  const pending = units.entries();
  const worker = async (): Promise<void> => {
    for (const [index, unit] of pending) {
      if (abort.signal.aborted) return;
      count('running', unit, 1);
      const { record } = await runtime.startChild(state, { ...frame, signal: abort.signal }, run.mapRunArn, unit.input);
      count('running', unit, -1);
      children[index] = record;
      count(record.status === 'SUCCEEDED' ? 'succeeded' : 'failed', unit, 1);
      if (record.status !== 'SUCCEEDED' && record.status !== 'ABORTED' && exceeded(items.failed)) {
        stopped = true;
        abort.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), units.length) }, worker));
  } finally {
    frame.signal.removeEventListener('abort', forward);
  }
  if (frame.signal.aborted) throw new BranchAbortedError('The execution ended during a distributed Map');
  return { children: children.filter((child) => child !== undefined), stopped };
};

const select = async (visit: Visit<MapState>, items: readonly Json[]): Promise<readonly Json[]> => {
  const selected: Json[] = [];
  for (const [Index, Value] of items.entries()) selected.push(await selectItem(visit, Value, { Item: { Index, Value } }));
  return selected;
};

/** Room that the frame of a batch takes beside its items, in bytes. */
const BATCH_FRAME_BYTES = 64;

const batch = async (visit: Visit<MapState>, items: readonly Json[]): Promise<readonly Unit[]> => {
  const batcher = visit.state.ItemBatcher;
  if (!batcher) return items.map((input) => ({ input, items: 1 }));
  const number = (field: string): Promise<number | undefined> => {
    const path = batcher[`${field}Path`];
    return numberOf(visit, field, batcher[field] as number | string | undefined, typeof path === 'string' ? path : undefined);
  };
  const maxItems = (await number('MaxItemsPerBatch')) ?? Infinity;
  const shared =
    batcher['BatchInput'] === undefined
      ? undefined
      : await fill(visit, batcher['BatchInput'], visit.input, 'ItemBatcher/BatchInput');
  const frameBytes = BATCH_FRAME_BYTES + (shared === undefined ? 0 : byteSize(JSON.stringify(shared)));
  const maxBytes = Math.min((await number('MaxInputBytesPerBatch')) ?? Infinity, statesLimits.payload.most);
  const units: Unit[] = [];
  let current: Json[] = [];
  let bytes = frameBytes;
  const flush = (): void => {
    if (current.length === 0) return;
    const input: JsonObject = { ...(isObject(shared) ? { BatchInput: shared } : {}), Items: current };
    units.push({ input, items: current.length });
    current = [];
    bytes = frameBytes;
  };
  for (const item of items) {
    const size = byteSize(JSON.stringify(item)) + 1;
    if (current.length >= maxItems || (current.length > 0 && bytes + size > maxBytes)) flush();
    current.push(item);
    bytes += size;
  }
  flush();
  return units;
};
