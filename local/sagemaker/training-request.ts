import { refuseBeyond } from '../limit.ts';
import type { Caller } from '../service.ts';
import type { ImageProgram } from './dockerfile.ts';
import { sagemakerLimits } from './limits.ts';
import { boundedTexts, listMember, objectMember, refuseOtherMembers, requiredText, validation } from './request.ts';
import type { Members } from './request.ts';

/** A `CreateTrainingJob` request, read and checked. */
export interface TrainingRequest {
  readonly members: Members;
  readonly caller: Caller;
  readonly program: ImageProgram;
  readonly hyperParameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly channels: readonly { readonly name: string; readonly uri: string; readonly contentType: unknown }[];
  readonly outputUri: string;
  /** Where on S3 the program's checkpoints are kept, if they are. */
  readonly checkpointUri: string | undefined;
  readonly instanceType: string;
  readonly maxRuntimeSeconds: number;
}

const defaultMaxRuntimeSeconds = 24 * 3600;

export const readTrainingRequest = (
  input: Members,
  callerOf: (roleArn: string) => Caller,
  programOf: (image: string) => ImageProgram,
): TrainingRequest => {
  refuseOtherMembers('CreateTrainingJob', input, [
    'TrainingJobName',
    'HyperParameters',
    'AlgorithmSpecification',
    'RoleArn',
    'InputDataConfig',
    'OutputDataConfig',
    'ResourceConfig',
    'StoppingCondition',
    'CheckpointConfig',
    'Environment',
    'Tags',
    // Neither has an effect on a program that runs alone on this machine.
    'EnableNetworkIsolation',
    'EnableInterContainerTrafficEncryption',
  ]);
  const algorithm = objectMember(input, 'AlgorithmSpecification');
  refuseOtherMembers('AlgorithmSpecification', algorithm, [
    'TrainingImage',
    'TrainingInputMode',
    'EnableSageMakerMetricsTimeSeries',
    'MetricDefinitions',
  ]);
  if ((algorithm['TrainingInputMode'] ?? 'File') !== 'File')
    throw validation('The local cloud knows TrainingInputMode File only');
  const resources = objectMember(input, 'ResourceConfig');
  refuseOtherMembers('ResourceConfig', resources, ['InstanceType', 'InstanceCount', 'VolumeSizeInGB', 'VolumeKmsKeyId']);
  if (Number(resources['InstanceCount'] ?? 1) !== 1) throw validation('The local cloud trains on one instance only');
  const output = objectMember(input, 'OutputDataConfig');
  refuseOtherMembers('OutputDataConfig', output, ['S3OutputPath', 'KmsKeyId', 'CompressionType']);
  if ((output['CompressionType'] ?? 'GZIP') !== 'GZIP') throw validation('The local cloud writes the output as GZIP only');
  const stopping = objectMember(input, 'StoppingCondition');
  refuseOtherMembers('StoppingCondition', stopping, ['MaxRuntimeInSeconds']);
  const { channels, hyperParameters, hyperParameterName, hyperParameter, jobVariables, jobVariable, maxRuntime } =
    sagemakerLimits;
  const maxRuntimeSeconds = Number(stopping['MaxRuntimeInSeconds'] ?? defaultMaxRuntimeSeconds);
  refuseBeyond(
    maxRuntime,
    maxRuntimeSeconds,
    `The account-level service limit 'Longest run time for a training job' is ${maxRuntime.most} Seconds, with current utilization of 0 Seconds and a request delta of ${maxRuntimeSeconds} Seconds. Please use AWS Service Quotas to request an increase for this quota.`,
  );
  const given = listMember(input, 'InputDataConfig');
  refuseBeyond(channels, given.length, `InputDataConfig has ${given.length} channels; at most ${channels.most} are allowed`);
  return {
    members: input,
    caller: callerOf(requiredText(input, 'RoleArn')),
    program: programOf(requiredText(algorithm, 'TrainingImage')),
    hyperParameters: boundedTexts(input, 'HyperParameters', {
      count: hyperParameters,
      key: hyperParameterName,
      value: hyperParameter,
    }),
    environment: boundedTexts(input, 'Environment', { count: jobVariables, key: jobVariable, value: jobVariable }),
    channels: given.map(readChannel),
    outputUri: requiredText(output, 'S3OutputPath'),
    checkpointUri: input['CheckpointConfig'] === undefined ? undefined : readCheckpoints(objectMember(input, 'CheckpointConfig')),
    instanceType: requiredText(resources, 'InstanceType'),
    maxRuntimeSeconds,
  };
};

const CHECKPOINT_PATH = '/opt/ml/checkpoints';

const readCheckpoints = (config: Members): string => {
  refuseOtherMembers('CheckpointConfig', config, ['S3Uri', 'LocalPath']);
  const path = config['LocalPath'] ?? CHECKPOINT_PATH;
  if (path !== CHECKPOINT_PATH && path !== `${CHECKPOINT_PATH}/`)
    throw validation(`The local cloud knows the LocalPath ${CHECKPOINT_PATH} only`);
  const uri = requiredText(config, 'S3Uri');
  if (!/^(https|s3):\/\/([^/]+)\/?(.*)$/.test(uri))
    throw validation(
      `1 validation error detected: Value '${uri}' at 'checkpointConfig.s3Uri' failed to satisfy constraint: Member must satisfy regular expression pattern: (https|s3)://([^/]+)/?(.*)`,
    );
  return uri;
};

const readChannel = (channel: Members): TrainingRequest['channels'][number] => {
  const name = requiredText(channel, 'ChannelName');
  refuseBeyond(sagemakerLimits.channelName, name.length, `The ChannelName ${name} is too long`);
  refuseOtherMembers(`channel ${name}`, channel, [
    'ChannelName',
    'DataSource',
    'ContentType',
    'CompressionType',
    'RecordWrapperType',
    'InputMode',
  ]);
  for (const [member, only] of [
    ['CompressionType', 'None'],
    ['RecordWrapperType', 'None'],
    ['InputMode', 'File'],
  ] as const) {
    if ((channel[member] ?? only) !== only) throw validation(`channel ${name}: the local cloud knows ${member} ${only} only`);
  }
  const source = objectMember(channel, 'DataSource');
  refuseOtherMembers(`channel ${name}`, source, ['S3DataSource']);
  const s3 = objectMember(source, 'S3DataSource');
  refuseOtherMembers(`channel ${name}`, s3, ['S3DataType', 'S3Uri', 'S3DataDistributionType']);
  if (s3['S3DataType'] !== 'S3Prefix') throw validation(`channel ${name}: the local cloud knows S3DataType S3Prefix only`);
  return { name, uri: requiredText(s3, 'S3Uri'), contentType: channel['ContentType'] };
};
