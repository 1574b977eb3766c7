import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { stopExecutions } from '../../../adapters/step-functions/stop-executions.ts';
import { AwsError } from '../../../local/service.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';

const stateMachineArn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:retraining';

type States = Parameters<typeof serviceOf>[1];

const stopping = async (answers: States) => {
  const states = serviceOf('states', answers);
  const { config } = await startRetrainingCloud([states]);
  return { states, stop: stopExecutions({ client: new SFNClient(config), stateMachineArn }) };
};

const execution = (name: string) => ({ executionArn: `arn:${name}`, stateMachineArn, name, status: 'RUNNING', startDate: 0 });

test('every running execution is stopped, on all pages, even if one ended meanwhile', async () => {
  const { states, stop } = await stopping({
    ListExecutions: ({ nextToken, statusFilter }) => {
      expect(statusFilter).toBe('RUNNING');
      return nextToken === undefined
        ? { executions: [execution('a'), execution('b')], nextToken: 'more' }
        : { executions: [execution('c')] };
    },
    StopExecution: ({ executionArn }) => {
      if (executionArn === 'arn:a') throw new AwsError('ExecutionDoesNotExist', 'It does not exist.');
      return { stopDate: 0 };
    },
  });
  expect(await stop('The stack is being deleted.')).toBe(3);
  expect(states.asked.filter(({ action }) => action === 'StopExecution').map(({ input }) => input)).toEqual([
    { executionArn: 'arn:a', cause: 'The stack is being deleted.' },
    { executionArn: 'arn:b', cause: 'The stack is being deleted.' },
    { executionArn: 'arn:c', cause: 'The stack is being deleted.' },
  ]);
});

test('a state machine that is gone runs nothing', async () => {
  const { stop } = await stopping({
    ListExecutions: () => {
      throw new AwsError('StateMachineDoesNotExist', 'It does not exist.');
    },
  });
  expect(await stop('x')).toBe(0);
});

test('a refusal is an error', async () => {
  const { stop } = await stopping({
    ListExecutions: () => {
      throw new AwsError('AccessDeniedException', 'Not authorized.');
    },
  });
  await expect(stop('x')).rejects.toThrow('Not authorized.');
});
