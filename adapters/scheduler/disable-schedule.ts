import { GetScheduleCommand, ResourceNotFoundException, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';

export interface DisableScheduleOptions {
  readonly client: SchedulerClient;
  /** In the default group. */
  readonly name: string;
}

/** Disables a schedule; one that is gone starts nothing either. An update replaces the whole definition, hence the reading. */
export const disableSchedule =
  ({ client, name }: DisableScheduleOptions) =>
  async (): Promise<void> => {
    try {
      const { Target, FlexibleTimeWindow, ScheduleExpression, ...rest } = await client.send(
        new GetScheduleCommand({ Name: name }),
      );
      if (rest.State === 'DISABLED') return;
      await client.send(
        new UpdateScheduleCommand({
          Name: name,
          GroupName: rest.GroupName,
          Target,
          FlexibleTimeWindow,
          ScheduleExpression,
          ScheduleExpressionTimezone: rest.ScheduleExpressionTimezone,
          StartDate: rest.StartDate,
          EndDate: rest.EndDate,
          Description: rest.Description,
          KmsKeyArn: rest.KmsKeyArn,
          ActionAfterCompletion: rest.ActionAfterCompletion,
          State: 'DISABLED',
        }),
      );
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };
