import {
  ExecutionDoesNotExist,
  paginateListExecutions,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';

export interface StopExecutionsOptions {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}

/** Stops every running execution of a state machine, jobs that it waits for included. Returns how many there were. */
export const stopExecutions =
  ({ client, stateMachineArn }: StopExecutionsOptions) =>
  async (cause: string): Promise<number> => {
    let stopped = 0;
    try {
      for await (const { executions } of paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' })) {
        for (const { executionArn } of executions ?? []) {
          await unlessGone(client.send(new StopExecutionCommand({ executionArn, cause })));
          stopped += 1;
        }
      }
    } catch (error) {
      if (!(error instanceof StateMachineDoesNotExist)) throw error;
    }
    return stopped;
  };

async function unlessGone(stop: Promise<unknown>): Promise<void> {
  try {
    await stop;
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}
