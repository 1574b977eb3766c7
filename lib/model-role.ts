import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { EndpointNames } from './endpoint-names.ts';
import { allowListing, allowOnAnything, allowReading, allowWriting } from './grants.ts';
import type { ModelImage } from './model-image.ts';

export interface ModelRoleProps {
  readonly data: DataBucket;
  readonly image: ModelImage;
  readonly endpoints: EndpointNames;
}

/** What SageMaker acts as while it trains and serves: it reads snapshots and models, writes models and checkpoints, pulls the image, and logs. */
export class ModelRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ModelRoleProps) {
    super(scope, id);
    const { data, image, endpoints } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
      description: 'What SageMaker acts as while it trains and serves the models of Signalbox',
    });
    allowListing(this.role, data, ['snapshots/', 'models/', 'checkpoints/']);
    allowReading(this.role, data, ['snapshots/', 'models/', 'checkpoints/']);
    allowWriting(this.role, data, ['models/', 'checkpoints/']);
    // SageMaker checks for it where a job names the key of its output.
    Grant.addToPrincipal({ grantee: this.role, actions: ['kms:Encrypt'], resourceArns: [data.key.keyArn] });
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resourceArns: [image.repository.repositoryArn],
    });
    allowOnAnything(this.role, ['ecr:GetAuthorizationToken']);

    const logGroup = (name: string): string =>
      Stack.of(this).formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: `/aws/sagemaker/${name}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    // All training jobs of an account share one log group; endpoints have one each.
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resourceArns: [logGroup('TrainingJobs*'), logGroup(`Endpoints/${endpoints.prefix}-*`)],
    });
  }
}
