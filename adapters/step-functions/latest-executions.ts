import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';

/** An execution of the retraining workflow. */
export interface LatestExecution {
  readonly arn: string;
  readonly name: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED` */
  readonly status: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** `promoted`, `rejected` or `paused`, where it came to an end. */
  readonly outcome: string | undefined;
  readonly version: number | undefined;
  /** A sentence: why it ended so, or what went wrong. */
  readonly reason: string | undefined;
}

const outputSchema = z.object({
  outcome: z.string().optional(),
  reason: z.string().optional(),
  version: z.int().optional(),
});

/** The execution that runs, and the one that ended last. */
export const latestExecutions = async (
  client: SFNClient,
  stateMachineArn: string,
): Promise<{ readonly running: LatestExecution | undefined; readonly ended: LatestExecution | undefined }> => {
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 20 }));
  const running = executions.find(({ status }) => status === 'RUNNING')?.executionArn;
  const ended = executions.find(({ status }) => status !== 'RUNNING')?.executionArn;
  return {
    running: running === undefined ? undefined : await describe(client, running),
    ended: ended === undefined ? undefined : await describe(client, ended),
  };
};

const describe = async (client: SFNClient, executionArn: string): Promise<LatestExecution> => {
  const { name, status, startDate, stopDate, output, error, cause } = await client.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  const said = outputSchema.safeParse(output === undefined ? {} : JSON.parse(output)).data;
  const failure = [error, cause].filter((text) => text !== undefined && text !== '').join(': ');
  return {
    arn: executionArn,
    name: name ?? executionArn,
    status: status ?? 'UNKNOWN',
    startedAt: (startDate ?? new Date(0)).toISOString(),
    endedAt: stopDate?.toISOString(),
    outcome: said?.outcome,
    version: said?.version,
    reason: said?.reason ?? (failure === '' ? undefined : failure),
  };
};
