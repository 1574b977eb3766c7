import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { JourneyOutputs, Operator } from './operator.ts';

const POLL_MS = 250;

/** The part of a person's access that training needs. */
interface Trainer {
  readonly stepFunctions: Operator['stepFunctions'];
  readonly outputs: Pick<JourneyOutputs, 'StateMachineArn'>;
}

/** What the state machine says at its end. */
const endSchema = z.object({ outcome: z.string(), reason: z.string() });

/**
 * Runs the retraining state machine, or goes on with a run that a former process began, and waits for its end; each state that it
 * enters is reported once.
 * @throws UserError with the workflow's reason where no model came of it
 */
export const trainModels = async (
  { stepFunctions, outputs }: Trainer,
  onProgress: (state: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const stateMachineArn = outputs.StateMachineArn;
  const { executions } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  const input = JSON.stringify({ trigger: 'first-run' });
  const { executionArn } = executions?.[0] ?? (await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input })));
  let reported = '';
  for (;;) {
    const { status, cause, error, output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') {
      const { outcome, reason } = endSchema.parse(JSON.parse(output ?? ''));
      if (outcome === 'paused') throw new UserError(reason);
      if (outcome !== 'promoted') throw new UserError(`No model was good enough to go live: ${reason}`);
      return;
    }
    if (status !== 'RUNNING')
      throw new UserError(`Training the first models ended as ${status ?? 'unknown'}: ${error ?? ''} ${cause ?? ''}`.trim());
    const state = await currentState({ stepFunctions, executionArn });
    if (state !== reported) onProgress(state);
    reported = state;
    await sleep(POLL_MS, undefined, { signal });
  }
};

const currentState = async ({
  stepFunctions,
  executionArn,
}: Pick<Operator, 'stepFunctions'> & { readonly executionArn: string | undefined }): Promise<string> => {
  const { events } = await stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }),
  );
  return events?.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? 'starting';
};
