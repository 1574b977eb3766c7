import { Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import { allowIndexQuery, allowListing, allowPublishing, allowReading, allowTable } from './grants.ts';
import type { JourneyBus } from './journey-bus.ts';
import { JourneyFunction } from './journey-function.ts';
import type { StageSettings } from './stages.ts';
import { FACT_HOUR_INDEX } from './tables.ts';
import type { Tables } from './tables.ts';

export interface ReconcileEventsProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly data: DataBucket;
  readonly bus: JourneyBus;
}

/** Every day the event log is compared with what was stored the day before; what it does not have is published again. */
export class ReconcileEvents extends Construct {
  readonly reconcile: JourneyFunction;

  constructor(scope: Construct, id: string, props: ReconcileEventsProps) {
    super(scope, id);
    const { stage, tables, data, bus } = props;
    this.reconcile = new JourneyFunction(this, 'Reconcile', {
      name: 'reconcile-events',
      description: 'Publishes again what the event log does not have',
      // It reads a day of events in one go.
      timeout: Duration.minutes(15),
      memorySizeMb: 2048,
      logRetention: stage.logRetention,
      environment: {
        TICKETS_TABLE: tables.tickets.tableName,
        DATA_BUCKET: data.bucket.bucketName,
        BUS_NAME: bus.bus.eventBusName,
      },
    });
    allowIndexQuery(this.reconcile, tables.tickets, FACT_HOUR_INDEX);
    allowTable(this.reconcile, tables.tickets, ['BatchGetItem']);
    allowListing(this.reconcile, data, ['events/']);
    allowReading(this.reconcile, data, ['events/']);
    allowPublishing(this.reconcile, bus.bus);

    const role = new Role(this, 'ScheduleRole', {
      description: 'Starts the daily reconcile of the event log of Signalbox',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.reconcile.function.functionArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [bus.undelivered.queue.queueArn] }));
    const schedule = new Schedule(this, 'Daily', {
      description: 'Reconciles the event log of Signalbox every day',
      // After stragglers of the day before, and before the weekly retraining reads the log.
      schedule: ScheduleExpression.cron({ hour: '2', minute: '0', timeZone: TimeZone.ETC_UTC }),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(this.reconcile.function, {
        // By itself it would be allowed to invoke every version and alias too.
        role: role.withoutPolicyUpdates(),
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        deadLetterQueue: bus.undelivered.queue,
        retryAttempts: 10,
        maxEventAge: Duration.hours(6),
      }),
    });
    schedule.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
}
