import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { EndpointNames } from './endpoint-names.ts';
import { everyVersion } from './grants.ts';
import { checkpointPrefix } from './model-image.ts';
import type { ModelImage } from './model-image.ts';
import { ModelRole } from './model-role.ts';
import { retrainingDefinition } from './retraining-definition.ts';
import { RetrainingSteps } from './retraining-steps.ts';
import type { StageSettings } from './stages.ts';
import type { Tables } from './tables.ts';

export interface RetrainingProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly data: DataBucket;
  readonly image: ModelImage;
  readonly endpoints: EndpointNames;
}

/** The workflow that makes a new version out of what was learned, and lets it serve if it is proven better. */
export class Retraining extends Construct {
  readonly stateMachine: StateMachine;
  readonly modelRole: ModelRole;

  constructor(scope: Construct, id: string, props: RetrainingProps) {
    super(scope, id);
    const { stage, data, image, endpoints } = props;
    const stack = Stack.of(this);
    this.modelRole = new ModelRole(this, 'ModelRole', { data, image, endpoints });
    const steps = new RetrainingSteps(this, 'Steps', props);

    const definition = retrainingDefinition({
      partition: stack.partition,
      functions: steps.functionArns,
      endpoints,
      endpointMaxConcurrency: stage.endpointMaxConcurrency,
      settings: stage.retraining,
      imageUri: image.uri,
      modelRoleArn: this.modelRole.role.roleArn,
      bucketName: data.bucket.bucketName,
      keyArn: data.key.keyArn,
      checkpointPrefix: checkpointPrefix(image.encoder),
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(definition)),
      logs: {
        destination: new LogGroup(this, 'Logs', { retention: stage.logRetention, removalPolicy: RemovalPolicy.DESTROY }),
        // A retraining is some hundred events a week; without the data, which the history in the console shows.
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Grant.addToPrincipal({
      grantee: this.stateMachine,
      actions: ['lambda:InvokeFunction'],
      resourceArns: Object.values(steps.functionArns),
    });
    this.allowTraining(endpoints);
    this.allowDeploying(endpoints);
  }

  private allowTraining(endpoints: EndpointNames): void {
    const jobs = this.both('training-job', endpoints);
    const grantee = this.stateMachine;
    Grant.addToPrincipal({
      grantee,
      actions: ['CreateTrainingJob', 'DescribeTrainingJob', 'StopTrainingJob', 'ListTags'].map((action) => `sagemaker:${action}`),
      resourceArns: jobs,
    });
    // `.sync` is told of the job's end by a rule that Step Functions keeps under this name.
    Grant.addToPrincipal({
      grantee,
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
        }),
      ],
    });
    grantee.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.modelRole.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
    );
  }

  private allowDeploying(endpoints: EndpointNames): void {
    const allow = (action: string, resourceArns: string[]): Grant =>
      Grant.addToPrincipal({ grantee: this.stateMachine, actions: [`sagemaker:${action}`], resourceArns });
    allow('CreateModel', this.both('model', endpoints));
    // A configuration is authorised together with the model that it names, an endpoint together with its configuration.
    allow('CreateEndpointConfig', [...this.both('endpoint-config', endpoints), ...this.both('model', endpoints)]);
    allow('CreateEndpoint', [...this.both('endpoint', endpoints), ...this.both('endpoint-config', endpoints)]);
    allow('DescribeEndpoint', this.both('endpoint', endpoints));
  }

  private both(resource: 'training-job' | 'model' | 'endpoint-config' | 'endpoint', endpoints: EndpointNames): string[] {
    return [everyVersion(this, resource, endpoints, 'routing'), everyVersion(this, resource, endpoints, 'clustering')];
  }
}
