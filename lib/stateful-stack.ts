import { Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BucketEmptierLogs } from './bucket-emptier-logs.ts';
import { DataBucket } from './data-bucket.ts';
import type { StageSettings } from './stages.ts';
import { Tables } from './tables.ts';

export interface StatefulStackProps extends StackProps {
  readonly stage: StageSettings;
}

/** What must outlive a deployment: tables, buckets and the key. */
export class StatefulStack extends Stack {
  readonly tables: Tables;
  readonly data: DataBucket;

  constructor(scope: Construct, id: string, props: StatefulStackProps) {
    const { stage } = props;
    super(scope, id, { ...props, terminationProtection: stage.terminationProtection });
    this.tables = new Tables(this, 'Tables', {
      removalPolicy: stage.statefulRemoval,
      deletionProtection: stage.terminationProtection,
    });
    this.data = new DataBucket(this, 'Data', {
      removalPolicy: stage.statefulRemoval,
      ticketRetentionDays: stage.ticketRetentionDays,
    });
    new BucketEmptierLogs(this, 'BucketEmptierLogs', { retention: stage.logRetention });
  }
}
