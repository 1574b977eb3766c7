import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import { importHistory } from '../../cli/start/import-history.ts';
import { skippingWaits } from '../../cli/start/skip-waits.ts';
import { trainModels } from '../../cli/start/train-models.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import { eventually } from './running-journey.ts';
import type { RunningJourney } from './running-journey.ts';

/** How far the clock runs between two looks where only the end matters. */
const STEP_MS = 1_000;
/** No more than the shortest time that anything in the local cloud takes, so that no state is over before it is seen. */
const SMALL_STEP_MS = 100;
const LOOK_MS = 4;
/** Wall time for which the function of the state in question is held back, so that the state cannot be over between two looks. */
const HELD_MS = 250;
/** States in which nothing happens for long. */
const LONG_WAITS: ReadonlySet<string | undefined> = new Set(['Shadow', 'WaitForCanary']);
const PATIENCE_MS = 240_000;

/** Teams that the first champion is not taught, so that a model which is taught them is better for real. */
const LATER_TEAMS: ReadonlySet<string> = new Set(['billing', 'returns']);

export interface Ending {
  readonly status: string | undefined;
  readonly error: string | undefined;
  readonly output: { readonly outcome?: string | undefined; readonly reason?: string | undefined };
}

/** Retrainings of a running journey, gone through state by state. */
export interface RetrainingRuns {
  /** Trains version 1 without some of the teams, and then imports what it would have had to know. */
  trainWeakChampion(): Promise<void>;
  start(): Promise<string>;
  /** Lets the clock run until the execution has entered that state, and hardly further. */
  untilEntered(executionArn: string, state: string): Promise<void>;
  untilEnded(executionArn: string): Promise<Ending>;
  /**
   * Starts a retraining and stops it in that state. A function that the state has called runs on, as it does on AWS.
   * @returns the ARN of the execution
   */
  stopIn(state: string): Promise<string>;
  entered(executionArn: string): Promise<readonly string[]>;
  pointer(): Promise<Pointer>;
  /** Names of those who hold the lock: none, or one execution. */
  lockHolders(): Promise<readonly string[]>;
  /** Versions of which both endpoints are in service, oldest first. */
  servingVersions(): Promise<readonly number[]>;
  /** Every endpoint there is, in whatever state, in the order of names. */
  endpointNames(): readonly string[];
  /** Calls the function that moves the pointer, as a person does. */
  movePointer(request: object): Promise<void>;
}

export const retrainingRuns = (journey: RunningJourney): RetrainingRuns => {
  const { cloud, operator } = journey;
  const { stepFunctions, outputs } = operator;
  const pointers = dynamoDbPointers({ client: operator.dynamoDb, tableName: outputs.ModelsTable });

  const entered = async (executionArn: string): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { events } of paginateGetExecutionHistory({ client: stepFunctions }, { executionArn }))
      for (const { stateEnteredEventDetails } of events ?? []) names.push(stateEnteredEventDetails?.name ?? '');
    return names.filter((name) => name !== '');
  };

  const describe = async (executionArn: string): Promise<Ending> => {
    const { status, error, output = '{}' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { status, error, output: outputSchema.parse(JSON.parse(output)) };
  };

  const start = async (): Promise<string> => {
    const input = JSON.stringify({ trigger: 'person' });
    const { executionArn } = await stepFunctions.send(
      new StartExecutionCommand({ stateMachineArn: outputs.StateMachineArn, input }),
    );
    return executionArn ?? '';
  };

  const untilEntered = async (executionArn: string, state: string): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { events } = historySchema.parse(await cloud.call('states', 'GetExecutionHistory', newest(executionArn)));
      const names = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      if (names.includes(state)) return;
      if (/^Execution(?!Started)/.test(events[0]?.type ?? '')) {
        const { status, output } = await describe(executionArn);
        throw new Error(`the execution ended as ${status} after ${names[0]}, before ${state}: ${output.reason}`);
      }
      if (performance.now() > deadline) throw new Error(`waited in vain for ${state}; the last state was ${names[0]}`);
      await cloud.clock.advance(LONG_WAITS.has(names[0]) ? STEP_MS : SMALL_STEP_MS);
      await sleep(LOOK_MS);
    }
  };

  const definition = async (): Promise<z.infer<typeof definitionSchema>['States']> => {
    const described = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn: outputs.StateMachineArn }));
    return definitionSchema.parse(JSON.parse(described.definition ?? '')).States;
  };

  return {
    entered,
    async trainWeakChampion() {
      const known = journey.history.filter(({ labels }) => !LATER_TEAMS.has(labels.team));
      await importHistory(operator, known, () => undefined);
      await skippingWaits(
        cloud,
        trainModels(operator, () => undefined, AbortSignal.timeout(PATIENCE_MS)),
      );
      await importHistory(
        operator,
        journey.history.filter(({ labels }) => LATER_TEAMS.has(labels.team)),
        () => undefined,
      );
    },
    start,
    untilEntered,
    untilEnded: (executionArn) =>
      eventually('the end of the execution', async () => {
        const ending = await describe(executionArn);
        if (ending.status !== 'RUNNING') return ending;
        await cloud.runFor(STEP_MS);
        return false;
      }),
    async stopIn(state) {
      const held = (await definition())[state]?.Arguments?.FunctionName;
      const letGo =
        held === undefined
          ? () => undefined
          : cloud.faults.add({
              service: 'lambda',
              action: 'Invoke',
              resource: held,
              fault: { kind: 'latency', ms: HELD_MS },
            });
      const executionArn = await start();
      await untilEntered(executionArn, state);
      letGo();
      // Without HTTP: by the time of an answer the next state might have been entered.
      await cloud.call('states', 'StopExecution', { executionArn, cause: 'A person stopped it.' });
      return executionArn;
    },
    pointer: () => pointers.read(),
    async lockHolders() {
      const locks = (await journey.items('ModelsTable')).filter((item) => item['pk']?.S === 'lock');
      return locks.map((item) => item['executionId']?.S ?? '');
    },
    async servingVersions() {
      const { Endpoints = [] } = listSchema.parse(
        await cloud.call('sagemaker', 'ListEndpoints', { StatusEquals: 'InService', MaxResults: 100 }),
      );
      const names = new Set(Endpoints.map(({ EndpointName }) => EndpointName));
      const versions = new Set([...names].map((name) => Number(name.slice(name.lastIndexOf('-v') + 2))));
      return [...versions]
        .filter((version) =>
          ['routing', 'clustering'].every((kind) => names.has(`${outputs.EndpointPrefix}-${kind}-v${version}`)),
        )
        .toSorted((a, b) => a - b);
    },
    endpointNames: () =>
      cloud.containers
        .list()
        .map(({ endpointName }) => endpointName)
        .toSorted(),
    async movePointer(request) {
      const answer = await cloud.call('lambda', 'Invoke', {
        FunctionName: (await definition())['Promote']?.Arguments?.FunctionName,
        Payload: Buffer.from(JSON.stringify(request)),
      });
      if (answer['FunctionError'] !== undefined) throw new Error(`move-pointer: ${String(answer['Payload'])}`);
    },
  };
};

const newest = (executionArn: string) => ({ executionArn, reverseOrder: true, maxResults: 50 });
const historySchema = z.object({
  events: z.array(z.object({ type: z.string(), stateEnteredEventDetails: z.object({ name: z.string() }).optional() })),
});
const outputSchema = z.object({ outcome: z.string().optional(), reason: z.string().optional() });
const listSchema = z.object({ Endpoints: z.array(z.object({ EndpointName: z.string() })).optional() });
const definitionSchema = z.object({
  States: z.record(z.string(), z.object({ Arguments: z.object({ FunctionName: z.string().optional() }).optional() })),
});
