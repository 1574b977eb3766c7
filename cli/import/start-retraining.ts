import { ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Operator } from '../start/operator.ts';

/** What became of the wish to retrain. */
export interface StartedRetraining {
  /** `running`: one runs already, which may have read the event log before the import. */
  readonly kind: 'started' | 'running';
  readonly executionArn: string;
}

/** Starts the retraining workflow, unless one runs: two would wait for one lock. */
export const startRetraining = async ({
  stepFunctions,
  outputs,
}: Pick<Operator, 'stepFunctions'> & {
  readonly outputs: Pick<Operator['outputs'], 'StateMachineArn'>;
}): Promise<StartedRetraining> => {
  const stateMachineArn = outputs.StateMachineArn;
  const { executions } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  const running = executions?.[0]?.executionArn;
  if (running !== undefined) return { kind: 'running', executionArn: running };
  const input = JSON.stringify({ trigger: 'import' });
  const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
  return { kind: 'started', executionArn };
};
