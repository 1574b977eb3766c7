import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { startSteppedClock, type Clock } from '../../local/clock.ts';
import type { ApiCall } from '../../local/service.ts';
import { forgetful, type State } from '../../local/state/state.ts';
import { createStepFunctions, type StepFunctions } from '../../local/states/step-functions.ts';
import { asksOutside, callOutside, insideOnly, outsideConfig } from '../support/outside-call.ts';
import { noOpinion, secondOpinion } from '../support/second-opinion.ts';

export const START_MS = Date.parse('2026-03-02T08:00:00Z');

type Answer = (call: ApiCall) => Record<string, unknown> | Promise<Record<string, unknown>>;

export interface Engine {
  readonly clock: Clock;
  readonly states: StepFunctions;
  readonly calls: readonly ApiCall[];
  readonly api: (action: string, input: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;
  readonly create: (definition: object, name?: string) => string;
  /** Starts an execution and lets it do what it can without the clock moving. */
  readonly start: (definition: object, input?: unknown) => Promise<string>;
  /** Starts an execution, moves the clock on and describes it. */
  readonly run: (definition: object, input?: unknown, advanceMs?: number) => Promise<Run>;
  readonly describe: (executionArn: string) => Promise<Run>;
  readonly events: (executionArn: string) => Promise<readonly Event[]>;
}

export interface Run {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly arn: string;
}

export interface Event {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const operator = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };
export const role = { name: 'workflow', principal: 'arn:aws:iam::000000000000:role/workflow' };

/**
 * An engine on a stepped clock, or another implementation where the run asks one for its opinion. Calls of its tasks go to
 * `answer`; those of `states` to the engine itself.
 */
export const startEngine = (answer?: Answer, state?: State, atMs = START_MS): Engine =>
  asksOutside('states') ? startElsewhere(answer ?? state) : startHere(answer ?? (() => ({})), state ?? forgetful, atMs);

const startHere = (answer: Answer, state: State, atMs: number): Engine => {
  const clock = startSteppedClock(atMs);
  const calls: ApiCall[] = [];
  const states: StepFunctions = createStepFunctions({
    clock,
    region: 'eu-central-1',
    accountId: '000000000000',
    state,
    dispatch: async (call) => {
      calls.push(call);
      return call.service === 'states' ? await states.call(call) : await answer(call);
    },
  });
  let machines = 0;
  const api: Engine['api'] = (action, input) => states.call({ caller: operator, service: 'states', action, input });
  const create: Engine['create'] = (definition, name = `machine-${++machines}`) =>
    states.createStateMachine({ name, definition, role, properties: {} }).arn;
  const start: Engine['start'] = async (definition, input = {}) => {
    const { executionArn } = await api('StartExecution', { stateMachineArn: create(definition), input: JSON.stringify(input) });
    await settle();
    return String(executionArn);
  };
  const describe: Engine['describe'] = async (executionArn) =>
    runOf(executionArn, await api('DescribeExecution', { executionArn }));
  return {
    clock,
    states,
    calls,
    api,
    create,
    start,
    describe,
    run: async (definition, input, advanceMs = 0) => {
      const arn = await start(definition, input);
      await clock.advance(advanceMs);
      await settle();
      return await describe(arn);
    },
    events: async (executionArn) =>
      (await api('GetExecutionHistory', { executionArn, maxResults: 1000 }))['events'] as readonly Event[],
  };
};

/** Runs on the wall clock and calls no task: what a test asks beside that has no opinion. */
const startElsewhere = (madeUp: Answer | State | undefined): Engine => {
  if (madeUp) return noOpinion('answers of tasks, or what is kept, are made up');
  const api: Engine['api'] = (action, input) => callOutside('states', action, input);
  const start: Engine['start'] = async (definition, input = {}) => {
    // moto copies everything when it starts an execution, and cannot copy executions.
    await fetch(`${outsideConfig().endpoint}/moto-api/reset`, { method: 'POST' });
    if (JSON.stringify(definition).includes('JSONata'))
      return noOpinion('moto needs more than its own package to compute JSONata');
    const name = `machine-${randomUUID()}`;
    const machine = { name, roleArn: role.principal, definition: JSON.stringify(definition) };
    const { stateMachineArn } = await api('CreateStateMachine', machine);
    return String((await api('StartExecution', { stateMachineArn, input: JSON.stringify(input) }))['executionArn']);
  };
  const describe: Engine['describe'] = async (executionArn) =>
    runOf(executionArn, await api('DescribeExecution', { executionArn }));
  return {
    clock: insideOnly('the clock'),
    states: insideOnly('the engine'),
    calls: insideOnly('what was called'),
    api,
    create: () => noOpinion('machines are made by the engine'),
    start,
    describe,
    run: async (definition, input, advanceMs = 0) => {
      if (advanceMs > 0) return noOpinion('the clock is moved on');
      const arn = await start(definition, input);
      const ended = async (): Promise<boolean> => (await describe(arn)).status !== 'RUNNING';
      await expect.poll(ended, { timeout: 10_000, interval: 20 }).toBe(true);
      return await describe(arn);
    },
    events: async (executionArn) =>
      (await api('GetExecutionHistory', { executionArn, maxResults: 1000 }))['events'] as readonly Event[],
  };
};

/** Step Functions gives JSON; moto gives a text that is all of an output as it is. */
const parsed = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch (error) {
    if (secondOpinion()) return output;
    throw error;
  }
};

const runOf = (arn: string, { status, output, error, cause }: Readonly<Record<string, unknown>>): Run => ({
  arn,
  status: String(status),
  output: typeof output === 'string' ? parsed(output) : undefined,
  error: error as string | undefined,
  cause: cause as string | undefined,
});

/** A machine of one state that ends it. */
export const one = (state: object, top: object = {}): object => ({
  ...top,
  StartAt: 'S',
  States: { S: { ...state, End: true } },
});

export const jsonata = { QueryLanguage: 'JSONata' };

/** A Lambda's answer, as the API gives it. */
export const returns = (value: unknown): Record<string, unknown> => ({
  StatusCode: 200,
  ExecutedVersion: '$LATEST',
  Payload: Buffer.from(JSON.stringify(value)),
});

export const throws = (errorType: string, errorMessage = 'no'): Record<string, unknown> => ({
  ...returns({ errorType, errorMessage }),
  FunctionError: 'Unhandled',
});

export const payloadOf = (call: ApiCall): unknown => JSON.parse(Buffer.from(call.input['Payload'] as Uint8Array).toString());
