/** Findings of cdk-nag that are right about what they see, and why that stays. */
export interface Acknowledgement {
  /** Matches the whole id of a finding, in which ARNs stand as CDK prints them. */
  readonly finding: RegExp;
  /** Matches the paths of the constructs in which the finding is known. */
  readonly path: RegExp;
  readonly reason: string;
}

const FUNCTIONS =
  /-journey\/(RouteTickets|ClusterTickets|LearnFromOutcomes|ArchiveEvents|ReconcileEvents|Retraining\/Steps|RemoveEndpoints)\//;

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    path: new RegExp(`${FUNCTIONS.source}|-journey/Retraining/(ModelRole|StateMachine)/`),
    reason: 'only actions for which IAM knows no narrower resource; ACTIONS_ON_ANYTHING lists them, and a test holds the list',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::.*\/(events|snapshots|models|checkpoints|texts|quarantine)\/\*\]$/,
    path: new RegExp(`${FUNCTIONS.source}|-journey/Retraining/ModelRole/`),
    reason: 'keys of objects are made at run time; the grant ends at the one folder of the bucket that is needed',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::arn:.*:sagemaker:.*:(endpoint|endpoint-config|model|training-job)\/signalbox-\w+-(routing|clustering)-v\*\]$/,
    path: new RegExp(`${FUNCTIONS.source}|-journey/Retraining/StateMachine/`),
    reason: 'versions are numbered at run time; the grant covers the versions of one model of this stage and nothing else',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::arn:.*:logs:.*:log-group:\/aws\/sagemaker\/(TrainingJobs|Endpoints\/signalbox-\w+-)\*\]$/,
    path: /-journey\/Retraining\/ModelRole\//,
    reason: 'SageMaker makes these log groups and their streams at run time; all training jobs of an account share one group',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:.*:\*\]$/,
    path: /-journey\/RemoveEndpoints\//,
    reason: 'executions are named at run time; the grant covers those of this one state machine',
  },
  {
    finding: /^AwsSolutions-SQS3$/,
    path: /-journey\/Bus\/Undelivered\//,
    reason: 'it is a dead-letter queue, of the targets of rules and of the schedule, which cdk-nag does not look at',
  },
];

/** Actions that policies of the stacks allow on `*`, each with the reason. */
export const ACTIONS_ON_ANYTHING: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'X-Ray has no resources to name',
  'xray:PutTelemetryRecords': 'X-Ray has no resources to name',
  'xray:GetSamplingRules': 'X-Ray has no resources to name',
  'xray:GetSamplingTargets': 'X-Ray has no resources to name',
  'logs:CreateLogDelivery': 'log deliveries of Step Functions cannot be named; AWS documents `*`',
  'logs:GetLogDelivery': 'log deliveries of Step Functions cannot be named; AWS documents `*`',
  'logs:UpdateLogDelivery': 'log deliveries of Step Functions cannot be named; AWS documents `*`',
  'logs:DeleteLogDelivery': 'log deliveries of Step Functions cannot be named; AWS documents `*`',
  'logs:ListLogDeliveries': 'log deliveries of Step Functions cannot be named; AWS documents `*`',
  'logs:PutResourcePolicy': 'resource policies of logs cannot be named; Step Functions checks and completes them',
  'logs:DescribeResourcePolicies': 'resource policies of logs cannot be named; Step Functions checks and completes them',
  'logs:DescribeLogGroups': 'a listing; Step Functions looks for its log group with it',
  'ecr:GetAuthorizationToken': 'a token for the whole registry; what can be pulled with it is granted on the one repository',
  'sagemaker:ListEndpoints': 'a listing; what is found can be deleted only under the names of this stage',
  'sagemaker:ListEndpointConfigs': 'a listing; what is found can be deleted only under the names of this stage',
  'sagemaker:ListModels': 'a listing; what is found can be deleted only under the names of this stage',
};
