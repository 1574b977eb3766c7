import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface BucketEmptierLogsProps {
  readonly retention: RetentionDays;
}

/**
 * Gives the function that the CDK adds to empty buckets (`autoDeleteObjects`) a log group that forgets: Lambda would make one that
 * keeps its lines for ever. Does nothing in a stack without that function.
 */
export class BucketEmptierLogs extends Construct {
  constructor(scope: Construct, id: string, props: BucketEmptierLogsProps) {
    super(scope, id);
    const provider = Stack.of(this).node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    const emptier = provider?.node.tryFindChild('Handler');
    if (!CfnResource.isCfnResource(emptier)) return;
    new LogGroup(this, 'Group', {
      logGroupName: `/aws/lambda/${emptier.ref}`,
      retention: props.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
