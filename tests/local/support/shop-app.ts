import { startLocalCloud } from '../../../local/cloud.ts';
import type { LocalCloud } from '../../../local/cloud.ts';
import { arnOf, queue } from './app-parts.ts';
import { functionResources, roleFor, writtenAssembly } from './written-assembly.ts';

const keep = `
  import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = async ({ Records }) => {
    for (const { body } of Records) {
      console.log('keeping ' + body);
      if (body === 'broken') throw new Error('cannot keep it');
      if (body === 'slow') await new Promise((resolve) => setTimeout(resolve, 20_000));
      const Item = { pk: { S: 'ticket#' + body }, sk: { S: 'state' }, team: { S: 'returns' }, tries: { N: '1' } };
      await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
    }
  };`;

const server = `
  import http from 'node:http';
  http.createServer((request, response) => response.end(request.url === '/ping' ? 'ok' : '{"fine":true}'))
    .listen(Number(process.env.SAGEMAKER_BIND_TO_PORT));`;

const IMAGE = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:model';

/** A queue with its dead letters, a function that keeps messages in a table, a bucket, a state machine and an endpoint: one of each. */
const assembly = (): string =>
  writtenAssembly({
    code: { keep: { 'index.mjs': keep } },
    images: {
      model: {
        Dockerfile: 'FROM node:24\nWORKDIR /opt/program\nCOPY . .\nENTRYPOINT ["node", "serve.mjs"]\n',
        'serve.mjs': server,
      },
    },
    resources: {
      Failed: queue({ QueueName: 'shop-tickets-failed' }),
      Tickets: queue({
        QueueName: 'shop-tickets',
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: arnOf('Failed'), maxReceiveCount: 1 },
      }),
      Rescore: queue({ QueueName: 'shop-rescore' }),
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'shop-tickets-table',
          AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop-data' } },
      ...functionResources('RouteTickets', 'keep', {
        Timeout: 30,
        Environment: { Variables: { TABLE: { Ref: 'Table' } } },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arnOf('Tickets'), FunctionName: { Ref: 'RouteTickets' }, BatchSize: 1 },
      },
      ModelRole: roleFor('sagemaker.amazonaws.com'),
      RetrainingRole: roleFor('states.amazonaws.com'),
      Retraining: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'shop-retrain',
          RoleArn: arnOf('RetrainingRole'),
          DefinitionString: JSON.stringify({
            StartAt: 'Observe',
            States: {
              Observe: { Type: 'Wait', Seconds: 3600, Next: 'Gate' },
              Gate: { Type: 'Fail', Error: 'NotBetter', Cause: 'the champion is as good' },
            },
          }),
        },
      },
    },
    outputs: {
      Tickets: { Value: { Ref: 'Tickets' } },
      Rescore: { Value: { Ref: 'Rescore' } },
      Retraining: { Value: { Ref: 'Retraining' } },
      ModelRole: { Value: arnOf('ModelRole') },
    },
  });

/** Where the clock stands when the shop opens. */
export const OPENS_AT = '2026-03-02T09:00:00.000Z';

export interface Shop {
  readonly cloud: LocalCloud;
  send(body: string, queue?: 'Tickets' | 'Rescore'): Promise<unknown>;
  /** Starts the state machine. @returns the execution's name */
  retrain(): Promise<string>;
  /** An endpoint `shop-routing-v1` that answers. */
  serve(): Promise<void>;
}

export const openShop = async (options: Partial<Parameters<typeof startLocalCloud>[0]> = {}): Promise<Shop> => {
  const cloud = await startLocalCloud({ assembly: assembly(), port: 0, ...options });
  const names = cloud.outputs['app'] ?? {};
  const sagemaker = (action: string, input: Readonly<Record<string, unknown>>) => cloud.call('sagemaker', action, input);
  return {
    cloud,
    send: (MessageBody, queue = 'Tickets') => cloud.call('sqs', 'SendMessage', { QueueUrl: names[queue], MessageBody }),
    retrain: async () => {
      const input = { stateMachineArn: names['Retraining'], name: 'first-run', input: '{"trigger":"person"}' };
      await cloud.call('states', 'StartExecution', input);
      return input.name;
    },
    serve: async () => {
      const role = names['ModelRole'];
      await sagemaker('CreateModel', { ModelName: 'm', ExecutionRoleArn: role, PrimaryContainer: { Image: IMAGE } });
      await sagemaker('CreateEndpointConfig', {
        EndpointConfigName: 'c',
        ProductionVariants: [
          { VariantName: 'all', ModelName: 'm', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 2 } },
        ],
      });
      await sagemaker('CreateEndpoint', { EndpointName: 'shop-routing-v1', EndpointConfigName: 'c' });
      await cloud.runFor(60_000);
    },
  };
};
