import { Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';

export interface RetrainingScheduleProps {
  readonly stateMachine: IStateMachine;
  readonly undelivered: DeadLetterQueue;
}

/** A retraining every week, in the night to Sunday, when few tickets come. */
export class RetrainingSchedule extends Construct {
  readonly schedule: Schedule;
  /** What the Scheduler acts as. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: RetrainingScheduleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Starts the weekly retraining of Signalbox',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    this.schedule = new Schedule(this, 'Weekly', {
      description: 'Retrains Signalbox every week',
      schedule: ScheduleExpression.cron({ weekDay: 'SUN', hour: '3', minute: '0', timeZone: TimeZone.ETC_UTC }),
      timeWindow: TimeWindow.flexible(Duration.minutes(30)),
      target: new StepFunctionsStartExecution(props.stateMachine, {
        role: this.role,
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
        deadLetterQueue: props.undelivered.queue,
        retryAttempts: 10,
        maxEventAge: Duration.hours(6),
      }),
    });
    this.schedule.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
}
