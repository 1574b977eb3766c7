import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';

/** What SageMaker says of an endpoint: `InService`, `Creating`, `Failed`, …; `missing` where there is none of that name. */
export const endpointStatus = async (client: SageMakerClient, name: string): Promise<string> => {
  try {
    const { EndpointStatus } = await client.send(new DescribeEndpointCommand({ EndpointName: name }));
    return EndpointStatus ?? 'unknown';
  } catch (error) {
    // SageMaker has no error of its own for it.
    if (error instanceof Error && error.name === 'ValidationException' && /could not find/i.test(error.message)) return 'missing';
    throw error;
  }
};
