import { objects, on, onAnything, passingRole, text } from '../action-mapping.ts';
import type { Input, Mapping, MappingPlace, Requirement, ServiceMappings } from '../action-mapping.ts';

type Kind = 'training-job' | 'model' | 'endpoint-config' | 'endpoint';

/** SageMaker writes names in lower case when it asks IAM, whatever the caller wrote. */
const arnOf = (kind: Kind, name: unknown, { region, accountId }: MappingPlace): string =>
  `arn:aws:sagemaker:${region}:${accountId}:${kind}/${text(name).toLowerCase()}`;

const of =
  (kind: Kind, member: string) =>
  (input: Input, place: MappingPlace): string =>
    arnOf(kind, input[member], place);

const job = of('training-job', 'TrainingJobName');
const model = of('model', 'ModelName');
const config = of('endpoint-config', 'EndpointConfigName');
const endpoint = of('endpoint', 'EndpointName');

/** Tags that are given with a new resource are authorised as if they were added to it. */
const tagging = (input: Input, resource: string): readonly Requirement[] =>
  objects(input['Tags']).length === 0 ? [] : [{ action: 'sagemaker:AddTags', resource }];

const creating =
  (action: string, arn: (input: Input, place: MappingPlace) => string, more: Mapping = () => []): Mapping =>
  (input, place) => {
    const resource = arn(input, place);
    return [{ action, resource }, ...more(input, place), ...tagging(input, resource)];
  };

/** A configuration is authorised together with the models that it names. */
const createEndpointConfig: Mapping = (input, place) => {
  const models = objects(input['ProductionVariants']).map(({ ModelName }) => arnOf('model', ModelName, place));
  const keys = { 'sagemaker:ModelArn': models };
  const resources = [config(input, place), ...new Set(models)];
  return [
    ...resources.map((resource) => ({ action: 'sagemaker:CreateEndpointConfig', resource, keys })),
    ...tagging(input, config(input, place)),
  ];
};

const passing =
  (member: string): Mapping =>
  (input) =>
    passingRole(input[member], 'sagemaker.amazonaws.com');

const withConfig =
  (action: string): Mapping =>
  (input, place) => [{ action, resource: config(input, place) }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
export const sagemakerActions: ServiceMappings = {
  CreateTrainingJob: creating('sagemaker:CreateTrainingJob', job, passing('RoleArn')),
  DescribeTrainingJob: on('sagemaker:DescribeTrainingJob', job),
  StopTrainingJob: on('sagemaker:StopTrainingJob', job),
  ListTrainingJobs: onAnything('sagemaker:ListTrainingJobs'),
  CreateModel: creating('sagemaker:CreateModel', model, passing('ExecutionRoleArn')),
  DescribeModel: on('sagemaker:DescribeModel', model),
  DeleteModel: on('sagemaker:DeleteModel', model),
  ListModels: onAnything('sagemaker:ListModels'),
  CreateEndpointConfig: createEndpointConfig,
  DescribeEndpointConfig: on('sagemaker:DescribeEndpointConfig', config),
  DeleteEndpointConfig: on('sagemaker:DeleteEndpointConfig', config),
  ListEndpointConfigs: onAnything('sagemaker:ListEndpointConfigs'),
  CreateEndpoint: creating('sagemaker:CreateEndpoint', endpoint, withConfig('sagemaker:CreateEndpoint')),
  UpdateEndpoint: creating('sagemaker:UpdateEndpoint', endpoint, withConfig('sagemaker:UpdateEndpoint')),
  DescribeEndpoint: on('sagemaker:DescribeEndpoint', endpoint),
  DeleteEndpoint: on('sagemaker:DeleteEndpoint', endpoint),
  ListEndpoints: onAnything('sagemaker:ListEndpoints'),
  InvokeEndpoint: on('sagemaker:InvokeEndpoint', endpoint),
  AddTags: on('sagemaker:AddTags', ({ ResourceArn }) => text(ResourceArn)),
  ListTags: on('sagemaker:ListTags', ({ ResourceArn }) => text(ResourceArn)),
};
