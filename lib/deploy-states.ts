import type { RetrainingDefinitionProps } from './retraining-definition.ts';
import { END_AS_FAILED, jsonata, RETRY_SAGEMAKER } from './retraining-states.ts';
import type { State } from './retraining-states.ts';

export interface DeployStateProps extends RetrainingDefinitionProps {
  readonly next: string;
}

/** Memory of a serverless endpoint: the model, the encoder and Node fit well, and its share of a CPU grows with it. */
const ENDPOINT_MEMORY_MB = 2048;

/**
 * `Deploy`: model, endpoint configuration and endpoint of both kinds under one name each. CreateEndpoint has no `.sync`, so the
 * endpoint is looked at until it is in service, has failed, or has taken too long.
 */
export const deployState = (props: DeployStateProps): State => {
  const { endpoints, settings } = props;
  const maxPolls = Math.ceil(settings.endpointTimeout.toSeconds() / settings.endpointPoll.toSeconds());
  const create = (action: string, args: State, next: string, assign: State = {}): State => ({
    Type: 'Task',
    Resource: `arn:${props.partition}:states:::sagemaker:${action}`,
    Arguments: args,
    Output: jsonata('$states.input'),
    ...(Object.keys(assign).length > 0 && { Assign: assign }),
    Retry: [RETRY_SAGEMAKER],
    Next: next,
  });
  const name = jsonata('$states.input.name');
  const item = (kind: 'routing' | 'clustering'): string =>
    `{ 'name': '${endpoints[kind]}' & $string($version), 'artifact': $${kind}Artifact }`;

  return {
    Type: 'Map',
    Items: jsonata(`[${item('routing')}, ${item('clustering')}]`),
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'CreateModel',
      States: {
        CreateModel: create(
          'createModel',
          {
            ModelName: name,
            PrimaryContainer: { Image: props.imageUri, ModelDataUrl: jsonata('$states.input.artifact') },
            ExecutionRoleArn: props.modelRoleArn,
          },
          'CreateEndpointConfig',
        ),
        CreateEndpointConfig: create(
          'createEndpointConfig',
          {
            EndpointConfigName: name,
            ProductionVariants: [
              {
                VariantName: 'serving',
                ModelName: name,
                ServerlessConfig: { MemorySizeInMB: ENDPOINT_MEMORY_MB, MaxConcurrency: props.endpointMaxConcurrency },
              },
            ],
          },
          'CreateEndpoint',
        ),
        CreateEndpoint: create('createEndpoint', { EndpointName: name, EndpointConfigName: name }, 'WaitForEndpoint', {
          polls: 0,
        }),
        WaitForEndpoint: { Type: 'Wait', Seconds: settings.endpointPoll.toSeconds(), Next: 'DescribeEndpoint' },
        DescribeEndpoint: {
          Type: 'Task',
          Resource: `arn:${props.partition}:states:::aws-sdk:sagemaker:describeEndpoint`,
          Arguments: { EndpointName: name },
          Assign: { polls: jsonata('$polls + 1') },
          Output: {
            name,
            status: jsonata('$states.result.EndpointStatus'),
            reason: jsonata("$exists($states.result.FailureReason) ? $states.result.FailureReason : 'no reason given'"),
          },
          Retry: [RETRY_SAGEMAKER],
          Next: 'EndpointStatus',
        },
        EndpointStatus: {
          Type: 'Choice',
          Choices: [
            { Condition: jsonata("$states.input.status = 'InService'"), Next: 'EndpointReady' },
            { Condition: jsonata(`$states.input.status = 'Creating' and $polls < ${maxPolls}`), Next: 'WaitForEndpoint' },
          ],
          Default: 'EndpointNotReady',
        },
        EndpointReady: { Type: 'Succeed' },
        EndpointNotReady: {
          Type: 'Fail',
          Error: 'EndpointNotInService',
          Cause: jsonata(
            "'Endpoint ' & $states.input.name & ' is ' & $states.input.status & ' and not InService: ' & $states.input.reason",
          ),
        },
      },
    },
    Catch: [END_AS_FAILED],
    Next: props.next,
  };
};
