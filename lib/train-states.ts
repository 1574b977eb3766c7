import type { ModelKind } from './endpoint-names.ts';
import type { RetrainingDefinitionProps } from './retraining-definition.ts';
import { jsonata, onError } from './retraining-states.ts';
import type { State, States } from './retraining-states.ts';

export interface TrainStatesProps extends RetrainingDefinitionProps {
  readonly kind: ModelKind;
  readonly next: string;
}

/** A training is tried this often: instances are lost, capacity is short for a while. */
export const TRAINING_TRIES = 2;
const SEED = '1';
const VOLUME_GB = 10;

/**
 * `TrainRouting` or `TrainClustering`, and the state that counts its tries: a name of a training job is never free again and
 * Retry would send the same one, so that each try has its own.
 */
export const trainStates = (props: TrainStatesProps): States => {
  const { kind, settings, endpoints } = props;
  const state = kind === 'routing' ? 'TrainRouting' : 'TrainClustering';
  const count = kind === 'routing' ? 'CountRoutingTry' : 'CountClusteringTry';
  return {
    [state]: {
      Type: 'Task',
      Resource: `arn:${props.partition}:states:::sagemaker:createTrainingJob.sync`,
      Arguments: {
        TrainingJobName: jsonata(`'${endpoints[kind]}' & $string($version) & '-t' & $string($try)`),
        HyperParameters: { kind, version: jsonata('$string($version)'), seed: SEED },
        AlgorithmSpecification: { TrainingImage: props.imageUri, TrainingInputMode: 'File' },
        RoleArn: props.modelRoleArn,
        InputDataConfig: [
          channel('training', jsonata(`'s3://${props.bucketName}/' & $trainPrefix`)),
          ...(kind === 'clustering' ? [channel('routing', jsonata('$routingArtifact'))] : []),
        ],
        OutputDataConfig: {
          S3OutputPath: jsonata(`'s3://${props.bucketName}/models/${kind}-v' & $string($version) & '/'`),
          // Unless it is named, SageMaker takes the account's own key for S3, not the bucket's.
          KmsKeyId: props.keyArn,
        },
        // A try after one that was lost, the other kind of model and the next retraining take up what is encoded; see
        // docs/decisions/023-reencoding-resumes.md.
        CheckpointConfig: { S3Uri: `s3://${props.bucketName}/${props.checkpointPrefix}` },
        ResourceConfig: { InstanceCount: 1, InstanceType: settings.trainingInstanceType, VolumeSizeInGB: VOLUME_GB },
        StoppingCondition: { MaxRuntimeInSeconds: settings.trainingTimeout.toSeconds() },
        // The container needs its channels and nothing else.
        EnableNetworkIsolation: true,
      },
      Assign: { [`${kind}Artifact`]: jsonata('$states.result.ModelArtifacts.S3ModelArtifacts'), try: 1 },
      Catch: [onError(['States.ALL'], 'failed', count)],
      Next: props.next,
    },
    [count]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata(`$try < ${TRAINING_TRIES}`), Assign: { try: jsonata('$try + 1') }, Next: state }],
      Default: 'End',
    },
  };
};

const channel = (name: string, uri: string): State => ({
  ChannelName: name,
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
});
