import { createHash, timingSafeEqual } from 'node:crypto';
import type { LocalCloud } from '../cloud.ts';
import { FaultRuleError } from '../faults/fault-rule.ts';
import type { FaultRule } from '../faults/fault-rule.ts';
import { header } from '../gateway/protocol.ts';
import type { HttpReply, HttpRequest } from '../gateway/protocol.ts';
import { suggestion } from '../near-matches.ts';
import { AwsError } from '../service.ts';
import { CONTROL_PATH } from './control-path.ts';
import { ControlError } from './errors.ts';
import {
  bucketViews,
  itemsView,
  messagesView,
  MOST_ITEMS,
  MOST_MESSAGES,
  MOST_OBJECTS,
  objectsView,
  queueViews,
  tableViews,
} from './look-at-storage.ts';
import { executionDetail, executionViews, findEndpoint, findFunction, modelsView } from './look-at-work.ts';
import type { Answered, ClockView, OperationName, StatusView } from './operations.ts';
import { functionDeaths, readFaultRule } from './read-fault.ts';
import { readRequest } from './read-request.ts';
import type { RequestReader } from './read-request.ts';

/** The part of a local cloud that is looked at and controlled. */
export type Controlled = Omit<LocalCloud, 'controlToken' | 'close' | 'destroy' | 'redeploy'>;

type Answers = { readonly [Name in OperationName]: (asked: RequestReader) => Answered<Name> | Promise<Answered<Name>> };

/** Answers `POST /_local/OPERATION` with JSON, for who holds the token. It knows queues and tables, and nothing of what they are for. */
export const createControlApi = (cloud: Controlled, token: string): ((request: HttpRequest) => Promise<HttpReply>) => {
  const answers = answersOf(cloud);

  const answer = async (request: HttpRequest): Promise<unknown> => {
    if (!isToken(header(request, 'authorization') ?? '', token))
      throw new ControlError('this is not the token of this local cloud', 401);
    const name = request.path.slice(CONTROL_PATH.length);
    if (!isOperation(answers, name))
      throw new ControlError(`there is no operation ${name}; ${suggestion(name, Object.keys(answers))}`, 404);
    if (request.method !== 'POST') throw new ControlError(`ask with POST, not ${request.method}`, 405);
    const asked = readRequest(parseBody(request.body));
    return answers[name](asked);
  };

  return async (request) => {
    try {
      return jsonReply(200, await answer(request));
    } catch (error) {
      if (error instanceof ControlError) return jsonReply(error.status, { error: error.message });
      if (error instanceof FaultRuleError || error instanceof AwsError) return jsonReply(400, { error: error.message });
      return jsonReply(500, {
        error: `the local cloud failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      });
    }
  };
};

const answersOf = (cloud: Controlled): Answers => {
  const { engines, faults, clock } = cloud;
  return {
    status: done(async () => statusOf(cloud)),
    access: (asked) => {
      const caller = asked.text('caller');
      asked.refuseOthers();
      const { endpoint, region, accountId, outputs } = cloud;
      const { accessKeyId, secretAccessKey } = cloud.credentials(caller);
      return { endpoint, region, accountId, credentials: { accessKeyId, secretAccessKey }, outputs };
    },
    queues: done(() => queueViews(cloud)),
    messages: (asked) => {
      const [queue, max] = [asked.text('queue'), asked.count('max', 10, MOST_MESSAGES)];
      asked.refuseOthers();
      return messagesView(cloud, queue, max);
    },
    tables: done(() => tableViews(cloud)),
    items: (asked) => {
      const after = asked.optionalText('after');
      const key = readRequest(asked.optionalObject('key') ?? {});
      const page = { table: asked.text('table'), max: asked.count('max', 25, MOST_ITEMS), ...(after !== undefined && { after }) };
      const names = key.members();
      asked.refuseOthers();
      return itemsView(cloud, { ...page, key: Object.fromEntries(names.map((name) => [name, key.text(name)])) });
    },
    buckets: done(() => bucketViews(cloud)),
    objects: (asked) => {
      const [prefix, after] = [asked.optionalText('prefix'), asked.optionalText('after')];
      const page = { bucket: asked.text('bucket'), max: asked.count('max', 100, MOST_OBJECTS) };
      asked.refuseOthers();
      return objectsView(cloud, { ...page, ...(prefix !== undefined && { prefix }), ...(after !== undefined && { after }) });
    },
    executions: done(() => executionViews(engines)),
    execution: (asked) => {
      const name = asked.text('name');
      asked.refuseOthers();
      return executionDetail(engines, name);
    },
    functions: done(() => engines.lambda.inspect()),
    function: (asked) => {
      const [name, lines] = [asked.text('name'), asked.count('lines', 20, 1000)];
      asked.refuseOthers();
      const found = findFunction(engines, name);
      return { ...found, log: engines.lambda.logsOf(found.name).slice(-lines) };
    },
    'kill-function': async (asked) => {
      const [name, as] = [asked.text('name'), asked.optionalChoice('as', functionDeaths)];
      asked.refuseOthers();
      const found = findFunction(engines, name);
      return { function: found.caller, killed: await engines.lambda.killFunction(found.name, as ?? 'crash') };
    },
    models: done(() => modelsView(engines)),
    container: async (asked) => {
      const [word, command] = [asked.text('endpoint'), asked.choice('do', ['stop', 'start', 'crash'])];
      asked.refuseOthers();
      const { name } = await findEndpoint(engines, word);
      await cloud.containers[command](name);
      return findEndpoint(engines, name);
    },
    calls: done(() => cloud.counts()),
    refusals: done(() => cloud.iam.refusals()),
    faults: done(() => ({ active: faults.list(), met: faults.counts() })),
    'add-fault': (asked) => {
      const rule = readFaultRule(asked);
      asked.refuseOthers();
      faults.add(withWholeNames(rule, faults.knownNames().callers));
      const added = faults.list().at(-1);
      if (!added) throw new ControlError('the fault is spent already', 409);
      return added;
    },
    'clear-faults': (asked) => {
      const ids = asked.optionalNumbers('ids');
      asked.refuseOthers();
      return { cleared: clearFaults(faults, ids) };
    },
    clock: done(() => clockView(clock)),
    'run-clock': async (asked) => {
      const [forMs, untilMs] = [asked.optionalNumber('forMs'), asked.optionalNumber('untilMs')];
      asked.refuseOthers();
      if ((forMs === undefined) === (untilMs === undefined)) throw new ControlError('say either forMs or untilMs');
      const target = untilMs ?? clock.now() + (forMs ?? 0);
      if (target < clock.now()) throw new ControlError(`the clock cannot run back: it is ${new Date(clock.now()).toISOString()}`);
      await cloud.runUntil(target);
      return clockView(clock);
    },
  };
};

/** An operation that takes no members. */
const done =
  <Answer>(work: () => Answer) =>
  (asked: RequestReader): Answer => {
    asked.refuseOthers();
    return work();
  };

const statusOf = async (cloud: Controlled): Promise<StatusView> => {
  const { engines } = cloud;
  const queues = queueViews(cloud);
  const tables = tableViews(cloud);
  const functions = engines.lambda.inspect();
  const { endpoints, trainingJobs } = await modelsView(engines);
  return {
    endpoint: cloud.endpoint,
    region: cloud.region,
    pid: process.pid,
    now: new Date(cloud.clock.now()).toISOString(),
    queues: queues.length,
    messages: queues.reduce((sum, { visible, delayed, inFlight }) => sum + visible + delayed + inFlight, 0),
    tables: tables.length,
    items: tables.reduce((sum, { items }) => sum + items, 0),
    buckets: engines.s3.buckets().length,
    functions: functions.length,
    invocationsRunning: functions.reduce((sum, { running }) => sum + running, 0),
    endpoints: endpoints.length,
    trainingJobsRunning: trainingJobs.filter(({ status }) => status === 'InProgress').length,
    executionsRunning: (await executionViews(engines)).filter(({ status }) => status === 'RUNNING').length,
    calls: cloud.counts().reduce((sum, { count }) => sum + count, 0),
    refusals: cloud.iam.refusals().length,
    faults: cloud.faults.list().length,
  };
};

/** A beginning stands for every caller whose name has it: synthesized names end in a hash. */
const withWholeNames = (rule: FaultRule, callers: ReadonlySet<string>): FaultRule => {
  if (rule.caller === undefined) return rule;
  const caller = [rule.caller].flat().flatMap((word) => {
    const meant = callers.has(word) ? [] : [...callers].filter((name) => name.startsWith(word));
    return meant.length === 0 ? [word] : meant;
  });
  return { ...rule, caller };
};

const clearFaults = (faults: Controlled['faults'], ids: readonly number[] | undefined): number => {
  const active = faults.list().map(({ id }) => id);
  if (ids === undefined) {
    faults.clear();
    return active.length;
  }
  const unknown = ids.find((id) => !active.includes(id));
  if (unknown !== undefined)
    throw new ControlError(`there is no fault ${unknown}; ${suggestion(String(unknown), active.map(String))}`, 404);
  return ids.filter((id) => faults.remove(id)).length;
};

const clockView = (clock: LocalCloud['clock']): ClockView => {
  const next = clock.nextDue();
  return {
    now: new Date(clock.now()).toISOString(),
    aheadMs: clock.now() - Date.now(),
    ...(next !== undefined && { nextTimerAt: new Date(next).toISOString() }),
  };
};

const isOperation = (answers: Answers, name: string): name is OperationName => Object.hasOwn(answers, name);

/** Compares digests, so that the time taken tells nothing of the token. */
const isToken = (authorization: string, token: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
};

const parseBody = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ControlError('the request body is not JSON');
  }
};

const jsonReply = (status: number, value: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
