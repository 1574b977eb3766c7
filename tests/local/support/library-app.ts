import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  DefinitionBody,
  JsonPath,
  Map as MapState,
  StateMachine,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoUpdateItem, LambdaInvoke, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/** Keeps each loan in the table and its receipt in the bucket. */
const keepLoans = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const table = new DynamoDBClient();
const receipts = new S3Client();
exports.handler = async ({ Records }) => {
  for (const { body } of Records) {
    const { book, reader, days } = JSON.parse(body);
    const due = String(Math.floor(Date.now() / 1000) + days * 86400);
    await table.send(new PutItemCommand({
      TableName: process.env.LOANS, Item: { book: { S: book }, reader: { S: reader }, due: { N: due } },
    }));
    await receipts.send(new PutObjectCommand({ Bucket: process.env.RECEIPTS, Key: 'loans/' + book + '.txt', Body: reader + ' has ' + book }));
  }
};`;

const findOverdue = `
const { DynamoDBClient, ScanCommand } = require('@aws-sdk/client-dynamodb');
const table = new DynamoDBClient();
exports.handler = async () => {
  const { Items } = await table.send(new ScanCommand({
    TableName: process.env.LOANS, FilterExpression: 'due < :now', ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
  }));
  return { count: Items.length, loans: Items.map(({ book, reader }) => ({ book: book.S, reader: reader.S })) };
};`;

/** Answers CloudFormation as a handler without a framework does. */
const openBranch = `
const https = require('https');
exports.handler = (event) => new Promise((resolve, reject) => {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const id = 'branch-' + ResourceProperties.Town;
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: id, StackId, RequestId, LogicalResourceId, Data: { Sign: ResourceProperties.Town + ' library' } });
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const request = https.request({ hostname, path: pathname + search, method: 'PUT', headers: { 'content-length': Buffer.byteLength(body) } }, (response) => {
    response.resume();
    response.on('end', resolve);
  });
  request.on('error', reject);
  request.end(body);
});`;

interface LibraryProps {
  /** What the function that keeps loans may do. */
  readonly grants: 'all' | 'none-on-table';
}

/** A library's loans: nothing here knows of the local cloud, nor of tickets. */
class LibraryStack extends Stack {
  constructor(scope: Construct, id: string, { grants }: LibraryProps) {
    super(scope, id);
    const loans = new TableV2(this, 'Loans', { partitionKey: { name: 'book', type: AttributeType.STRING } });
    const receipts = new Bucket(this, 'Receipts', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });

    const unreadable = new Queue(this, 'Unreadable');
    const desk = new Queue(this, 'Desk', { deadLetterQueue: { queue: unreadable, maxReceiveCount: 2 } });
    new Rule(this, 'Borrowed', {
      eventPattern: { source: ['library.desk'], detailType: ['Borrowed'], detail: { days: [{ numeric: ['>', 0] }] } },
      targets: [new SqsQueue(desk, { message: RuleTargetInput.fromEventPath('$.detail') })],
    });
    const keep = new Function(this, 'KeepLoans', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(keepLoans),
      environment: { LOANS: loans.tableName, RECEIPTS: receipts.bucketName },
    });
    keep.addEventSource(new SqsEventSource(desk));
    if (grants === 'all') loans.grantWriteData(keep);
    receipts.grantPut(keep);

    const reminders = new Topic(this, 'Reminders');
    const letters = new Queue(this, 'Letters');
    reminders.addSubscription(new SqsSubscription(letters));
    const machine = this.remind(loans, reminders);
    new Schedule(this, 'EveryMorning', {
      schedule: ScheduleExpression.cron({ hour: '7', minute: '0' }),
      target: new StepFunctionsStartExecution(machine, {}),
    });

    const open = new Function(this, 'OpenBranch', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(openBranch),
    });
    const branch = new CustomResource(this, 'Branch', {
      serviceToken: open.functionArn,
      resourceType: 'Custom::Branch',
      properties: { Town: 'Uppsala' },
    });

    const outputs = {
      Loans: loans.tableName,
      Receipts: receipts.bucketName,
      Desk: desk.queueUrl,
      UnreadableArn: unreadable.queueArn,
      Letters: letters.queueUrl,
      Machine: machine.stateMachineArn,
      Sign: branch.getAttString('Sign'),
    };
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, `${key}Output`, { key, value });
  }

  /** Finds what is overdue and reminds each reader once. */
  private remind(loans: TableV2, reminders: Topic): StateMachine {
    const find = new Function(this, 'FindOverdue', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(findOverdue),
      environment: { LOANS: loans.tableName },
    });
    loans.grantReadData(find);
    const remindOne = new SnsPublish(this, 'Remind', {
      topic: reminders,
      message: TaskInput.fromText(
        JsonPath.format('{}, please bring back {}', JsonPath.stringAt('$.reader'), JsonPath.stringAt('$.book')),
      ),
      resultPath: '$.published',
    })
      .addRetry({ interval: Duration.seconds(5), maxAttempts: 3 })
      .next(
        new DynamoUpdateItem(this, 'MarkReminded', {
          table: loans,
          key: { book: DynamoAttributeValue.fromString(JsonPath.stringAt('$.book')) },
          updateExpression: 'SET reminded = :yes',
          expressionAttributeValues: { ':yes': DynamoAttributeValue.fromBoolean(true) },
          resultPath: JsonPath.DISCARD,
        }),
      );
    const remindEach = new MapState(this, 'RemindEach', { itemsPath: '$.loans', maxConcurrency: 2 });
    remindEach.itemProcessor(remindOne);
    return new StateMachine(this, 'Overdue', {
      definitionBody: DefinitionBody.fromChainable(
        new LambdaInvoke(this, 'Find', { lambdaFunction: find, outputPath: '$.Payload' }).next(
          new Choice(this, 'AnyOverdue')
            .when(
              Condition.numberGreaterThan('$.count', 0),
              new Wait(this, 'UntilTheDoorsOpen', { time: WaitTime.duration(Duration.hours(2)) }).next(remindEach),
            )
            .otherwise(new Succeed(this, 'AllAreBack')),
        ),
      ),
    });
  }
}

/** Synthesizes the app into the folder. */
export const synthesizeLibrary = (folder: string, props: LibraryProps): string => {
  const app = new App({ outdir: folder });
  new LibraryStack(app, 'library', props);
  return app.synth().directory;
};
