import type { Execution, StateMachine } from './execution.ts';
import type { MapRun } from './runtime.ts';

type Members = Record<string, unknown>;

const dates = ({ startMs, stopMs }: Execution): Members => ({
  startDate: startMs / 1000,
  ...(stopMs === undefined ? {} : { stopDate: stopMs / 1000 }),
});

const defined = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

export const describeExecution = (execution: Execution): Members =>
  defined({
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    ...dates(execution),
    input: execution.inputText,
    inputDetails: { included: true },
    output: execution.output,
    ...(execution.output === undefined ? {} : { outputDetails: { included: true } }),
    mapRunArn: execution.mapRunArn,
    error: execution.error,
    cause: execution.cause,
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
  });

export const summariseExecution = (execution: Execution): Members =>
  defined({
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    ...dates(execution),
    mapRunArn: execution.mapRunArn,
    redriveCount: 0,
  });

export const describeStateMachine = (machine: StateMachine): Members =>
  defined({
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definition,
    roleArn: machine.role.principal,
    type: 'STANDARD',
    creationDate: machine.createdMs / 1000,
    revisionId: machine.revisionId,
  });

export const describeMapRun = (run: MapRun): Members => {
  const counts = (of: MapRun['itemCounts']): Members => ({ ...of, timedOut: 0, resultsWritten: 0 });
  return defined({ ...run, itemCounts: counts(run.itemCounts), executionCounts: counts(run.executionCounts), redriveCount: 0 });
};
