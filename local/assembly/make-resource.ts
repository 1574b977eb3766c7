import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDb } from '../dynamodb/dynamodb.ts';
import type { EventBridge } from '../events.ts';
import { queueUrl } from '../events/target.ts';
import type { Iam } from '../iam/iam.ts';
import { readAsyncInvokeSettings, readEventSourceSettings, readFunctionDefinition } from '../lambda/function-definition.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { S3 } from '../s3/s3.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { Caller, Dispatch } from '../service.ts';
import type { Sns } from '../sns.ts';
import type { Sqs } from '../sqs.ts';
import type { State } from '../state/state.ts';
import type { StepFunctions } from '../states/step-functions.ts';
import type { Callers } from './callers.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import { makeCustomResource } from './custom-resources.ts';
import type { CustomResourceOptions, ResponseServer } from './custom-resources.ts';
import type { MadeResource, ResourceToMake } from './deploy.ts';
import { AssemblyError } from './errors.ts';
import { emptyBucket } from './empty-bucket.ts';
import { inertResource } from './inert-resource.ts';
import { objectOf, textOf } from './json.ts';
import { createPolicyMakers, encryptResource } from './make-policy.ts';
import { parameterProperties, refuseUnknownProperties, scheduleGroupProperties } from './property-support.ts';
import { isCustomResource, supportOf } from './resource-types.ts';
import type { Place } from './stack-scope.ts';

/** The engines that resources are made in. */
export interface Engines {
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly events: EventBridge;
  readonly dynamodb: DynamoDb;
  readonly s3: S3;
  readonly lambda: Lambda;
  readonly states: StepFunctions;
  readonly scheduler: Scheduler;
}

export interface MakeOptions {
  readonly assembly: CloudAssembly;
  readonly place: Place;
  readonly engines: Engines;
  readonly callers: Callers;
  readonly iam: Iam;
  readonly dispatch: Dispatch;
  readonly responses: ResponseServer;
  readonly untilAnswered: CustomResourceOptions['untilAnswered'];
  readonly temporaryFolder: () => string;
  readonly state: State;
}

type Make = (resource: ResourceToMake) => MadeResource | Promise<MadeResource>;

/** Makes one resource of a supported type in its engine. */
export const createResourceMaker = (options: MakeOptions): ((resource: ResourceToMake) => Promise<MadeResource>) => {
  const { assembly, place, engines, callers, iam, dispatch, responses, untilAnswered, temporaryFolder, state } = options;
  const { region, accountId } = place;
  const callerNames = new Set<string>();

  /** A logical id that two stacks use is told apart by the stack. */
  const callerName = ({ stack, logicalId }: ResourceToMake): string => {
    const name = callerNames.has(logicalId) ? `${stack}/${logicalId}` : logicalId;
    callerNames.add(name);
    callers.addName(name);
    return name;
  };

  const codeFolderOf = (resource: ResourceToMake): string => {
    const where = `${resource.stack}/${resource.logicalId}`;
    const code = objectOf(resource.properties['Code'], `Code of ${where}`);
    if (typeof code['ZipFile'] === 'string') {
      const folder = join(temporaryFolder(), `code-${resource.stack}-${resource.logicalId}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.js'), code['ZipFile']);
      return folder;
    }
    const key = textOf(code['S3Key'], `Code.S3Key of ${where}`);
    const hash = key.slice(key.lastIndexOf('/') + 1).replace(/\.zip$/, '');
    const folder = assembly.files.get(hash);
    if (!folder || !existsSync(folder))
      throw new AssemblyError(`the code of ${where}, asset ${hash}, is not in ${assembly.folder}`);
    if (!statSync(folder).isDirectory())
      throw new UnsupportedError(`the code of ${where} is an archive; the local cloud runs folders`);
    return folder;
  };

  /** Lambda and Step Functions refuse a role that they cannot take on. */
  const mustAssume = ({ stack, logicalId }: ResourceToMake, caller: Caller): void => {
    refusedByIam(`${stack}/${logicalId}: its role cannot be assumed`, () => iam.guard.checkTrust(caller));
  };

  /** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
  const mustPoll = ({ stack, logicalId }: ResourceToMake, caller: Caller, queueArn: string): void => {
    const input = { QueueUrl: queueUrl(queueArn) };
    refusedByIam(`${stack}/${logicalId}: its function's role cannot poll the queue`, () => {
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])
        iam.guard.check({ caller, service: 'sqs', action, input });
    });
  };

  const makeFunction: Make = (resource) => {
    const name = resource.nameFrom('FunctionName', { maxLength: 64 });
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    const codeFolder = codeFolderOf(resource);
    const definition = readFunctionDefinition(resource.properties, { name, arn, logicalId: callerName(resource), codeFolder });
    mustAssume(resource, definition.caller);
    engines.lambda.createFunction(definition);
    return { ref: name, attributes: { Arn: arn } };
  };

  const makeEventSource: Make = async (resource) => {
    const settings = readEventSourceSettings(resource.properties, `${resource.stack}/${resource.logicalId}`);
    const { timeoutSeconds, caller } = engines.lambda.definitionOf(settings.functionName);
    mustPoll(resource, caller, settings.queueArn);
    const visibilitySeconds = await visibilityTimeoutOf(engines.sqs, settings.queueArn);
    if (visibilitySeconds < timeoutSeconds) {
      throw new AssemblyError(
        `${resource.stack}/${resource.logicalId}: AWS refuses a mapping where the queue's visibility timeout (${visibilitySeconds} s) is less than the function's timeout (${timeoutSeconds} s)`,
      );
    }
    const mapping = engines.lambda.createEventSourceMapping(settings);
    const arn = `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${mapping.id}`;
    return {
      ref: mapping.id,
      attributes: { Id: mapping.id, EventSourceMappingArn: arn },
      destroy: () => {
        mapping.remove();
        return Promise.resolve();
      },
    };
  };

  const makers: Readonly<Record<string, Make>> = {
    ...createPolicyMakers({ iam, place, callers }),
    'AWS::SQS::Queue': ({ nameFrom, properties }) => {
      const suffix = properties['FifoQueue'] ? { suffix: '.fifo' } : {};
      const name = nameFrom('QueueName', { maxLength: 80, ...suffix });
      const { arn, url } = engines.sqs.createQueue({ name, properties });
      return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    'AWS::DynamoDB::Table': (resource) => makeTable(resource),
    'AWS::DynamoDB::GlobalTable': (resource) => makeTable(resource),
    'AWS::S3::Bucket': ({ nameFrom, properties }) => {
      const name = nameFrom('BucketName', { maxLength: 63, lowerCase: true });
      const { arn } = engines.s3.createBucket({ name, properties });
      const domain = `${name}.s3.amazonaws.com`;
      return {
        ref: name,
        attributes: { Arn: arn, DomainName: domain, RegionalDomainName: `${name}.s3.${region}.amazonaws.com` },
      };
    },
    'AWS::Lambda::Function': makeFunction,
    'AWS::Lambda::EventSourceMapping': makeEventSource,
    'AWS::Lambda::EventInvokeConfig': ({ properties, stack, logicalId }) => {
      const functionName = textOf(properties['FunctionName'], `FunctionName of ${stack}/${logicalId}`);
      engines.lambda.configureAsyncInvoke(functionName, readAsyncInvokeSettings(properties, `${stack}/${logicalId}`));
      return { ref: `${stack}-${logicalId}`, attributes: {} };
    },
    'AWS::Events::EventBus': ({ nameFrom, properties }) => {
      const { arn, name } = engines.events.createBus({ name: nameFrom('Name', { maxLength: 256 }), properties });
      return { ref: name, attributes: { Arn: arn, Name: name } };
    },
    'AWS::Events::Rule': ({ nameFrom, properties }) => {
      const name = nameFrom('Name', { maxLength: 64 });
      const { arn } = engines.events.createRule({ name, properties });
      const bus = properties['EventBusName'];
      return { ref: typeof bus === 'string' && bus !== 'default' ? `${bus}|${name}` : name, attributes: { Arn: arn } };
    },
    'AWS::Scheduler::ScheduleGroup': ({ nameFrom, properties, stack, logicalId }) => {
      refuseUnknownProperties(`${stack}/${logicalId}`, properties, scheduleGroupProperties);
      const name = nameFrom('Name', { maxLength: 64 });
      return { ref: name, attributes: { Arn: engines.scheduler.createScheduleGroup({ name }).arn } };
    },
    'AWS::Scheduler::Schedule': ({ nameFrom, properties }) => {
      const name = nameFrom('Name', { maxLength: 64 });
      return { ref: name, attributes: { Arn: engines.scheduler.createSchedule({ name, properties }).arn } };
    },
    'AWS::StepFunctions::StateMachine': (resource) => {
      const { nameFrom, properties } = resource;
      const name = nameFrom('StateMachineName', { maxLength: 80 });
      const where = `${resource.stack}/${resource.logicalId}`;
      const definition = properties['Definition'] ? objectOf(properties['Definition'], where) : properties['DefinitionString'];
      const role = {
        name: callerName(resource),
        principal: textOf(properties['RoleArn'], `RoleArn of ${where}`),
        assumedBy: 'states.amazonaws.com',
        sourceArn: `arn:aws:states:${region}:${accountId}:stateMachine:${name}`,
      };
      mustAssume(resource, role);
      const { arn } = engines.states.createStateMachine({
        name,
        definition: typeof definition === 'string' ? definition : objectOf(definition, `definition of ${where}`),
        role,
        properties,
      });
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
    'AWS::SNS::Topic': ({ nameFrom, properties }) => {
      const name = nameFrom('TopicName', { maxLength: 256 });
      const { arn } = engines.sns.createTopic({ name, properties });
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    'AWS::SNS::Subscription': ({ properties }) => {
      const { arn } = engines.sns.createSubscription({ properties });
      return { ref: arn, attributes: { Arn: arn } };
    },
    'AWS::SSM::Parameter': ({ nameFrom, properties, stack, logicalId }) => {
      refuseUnknownProperties(`${stack}/${logicalId}`, properties, parameterProperties);
      const { Type, Value } = properties;
      return { ref: nameFrom('Name', { maxLength: 1011 }), attributes: { Type, Value } };
    },
    'Custom::S3AutoDeleteObjects': ({ properties, stack, logicalId }) => {
      const bucket = textOf(properties['BucketName'], `BucketName of ${stack}/${logicalId}`);
      const { caller } = engines.lambda.definitionOf(textOf(properties['ServiceToken'], `ServiceToken of ${stack}/${logicalId}`));
      return { ref: `${stack}-${logicalId}`, attributes: {}, destroy: () => emptyBucket(dispatch, caller, bucket) };
    },
  };

  const makeTable: Make = ({ nameFrom, properties }) => {
    const name = nameFrom('TableName', { maxLength: 255 });
    const { arn } = engines.dynamodb.createTable({ name, properties });
    return { ref: name, attributes: { Arn: arn } };
  };

  return async (resource) => {
    if (supportOf(resource.type) === 'inert') return inertResource(resource, place);
    if (isCustomResource(resource.type)) return makeCustomResource(resource, { dispatch, responses, state, untilAnswered });
    const make = makers[resource.type];
    if (!make) throw new UnsupportedError(`the local cloud does not know ${resource.type}`);
    const made = await make(resource);
    if (resource.type !== 'AWS::KMS::Alias') encryptResource(iam, resource, textOf(made.attributes['Arn'] ?? made.ref, 'Arn'));
    return made;
  };
};

const refusedByIam = (what: string, check: () => void): void => {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AssemblyError(`${what}, so AWS refuses it: ${error.message}`, { cause: error });
  }
};

const visibilityTimeoutOf = async (sqs: Sqs, queueArn: string): Promise<number> => {
  const { Attributes } = await sqs.call({
    caller: { name: 'lambda.amazonaws.com', principal: 'lambda.amazonaws.com' },
    service: 'sqs',
    action: 'GetQueueAttributes',
    input: { QueueUrl: queueUrl(queueArn), AttributeNames: ['VisibilityTimeout'] },
  });
  return Number((Attributes as Readonly<Record<string, string>>)['VisibilityTimeout']);
};
