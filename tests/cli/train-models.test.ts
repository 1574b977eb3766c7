import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { trainModels } from '../../cli/start/train-models.ts';
import { UserError } from '../../cli/user-error.ts';

/** A state machine whose only execution has ended with this output. */
const endedWith = (output: object): Parameters<typeof trainModels>[0] => {
  class EndedExecution extends SFNClient {
    override send = (command: unknown): Promise<never> => {
      if (command instanceof ListExecutionsCommand) return Promise.resolve({ executions: [] } as never);
      if (command instanceof StartExecutionCommand) return Promise.resolve({ executionArn: 'arn' } as never);
      if (command instanceof DescribeExecutionCommand)
        return Promise.resolve({ status: 'SUCCEEDED', output: JSON.stringify(output) } as never);
      throw new Error('no other call was expected');
    };
  }
  return { stepFunctions: new EndedExecution({ region: 'eu-central-1' }), outputs: { StateMachineArn: 'arn' } };
};

test('a model that was not promoted is told with the reason, as a sentence', async () => {
  const operator = endedWith({ version: 1, outcome: 'rejected', reason: 'All tickets went to one team.' });
  const training = trainModels(operator, () => undefined, new AbortController().signal);
  await expect(training).rejects.toThrow(UserError);
  await expect(training).rejects.toThrow(/^No model was good enough to go live: All tickets went to one team\.$/);
});
