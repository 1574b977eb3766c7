import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EndpointNames } from './endpoint-names.ts';
import { allowRemovingEndpoints } from './grants.ts';
import { JourneyFunction } from './journey-function.ts';
import type { RetrainingSchedule } from './retraining-schedule.ts';
import type { StageSettings } from './stages.ts';

export interface RemoveEndpointsProps {
  readonly stage: StageSettings;
  readonly endpoints: EndpointNames;
  readonly stateMachine: IStateMachine;
  readonly schedule: RetrainingSchedule;
  /** Everything that endpoints and running executions need: it outlives the removal. */
  readonly outlivedBy: readonly Construct[];
}

/** Lambda's longest. An endpoint in Creating cannot be deleted before it is done, which can take over 10 minutes. */
const TIMEOUT = Duration.minutes(15);

/**
 * Removes the endpoints when the stack is deleted: they belong to the retraining workflow, so that CloudFormation does not know
 * them. The handler answers with one constant physical id and does nothing on Update: another id would be a replacement, and
 * delete what is live. There are no properties, so there is no Update either.
 */
export class RemoveEndpoints extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: RemoveEndpointsProps) {
    super(scope, id);
    const { endpoints, stateMachine, schedule } = props;
    const remove = new JourneyFunction(this, 'Remove', {
      name: 'remove-endpoints',
      description: 'Removes the endpoints when the stack is deleted',
      timeout: TIMEOUT,
      logRetention: props.stage.logRetention,
      environment: {
        ROUTING_ENDPOINT_PREFIX: endpoints.routing,
        CLUSTERING_ENDPOINT_PREFIX: endpoints.clustering,
        STATE_MACHINE_ARN: stateMachine.stateMachineArn,
        SCHEDULE_NAME: schedule.schedule.scheduleName,
      },
    });
    allowRemovingEndpoints(remove, endpoints);
    this.allowStopping(remove, props);
    this.resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::RemoveEndpoints',
      serviceToken: remove.function.functionArn,
      serviceTimeout: TIMEOUT,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // On deletion the order is turned round: first the endpoints go, then what they and this function need.
    this.resource.node.addDependency(remove, ...props.outlivedBy);
  }

  private allowStopping(grantee: JourneyFunction, { stateMachine, schedule }: RemoveEndpointsProps): void {
    stateMachine.grant(grantee, 'states:ListExecutions');
    stateMachine.grantExecution(grantee, 'states:StopExecution');
    const { scheduleArn } = schedule.schedule;
    // A schedule is disabled by writing it again, and who writes it hands its role over.
    Grant.addToPrincipal({
      grantee,
      actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      resourceArns: [scheduleArn],
    });
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [schedule.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }
}
