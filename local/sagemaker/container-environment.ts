import { devNull } from 'node:os';
import type { Credentials } from '../lambda/function-environment.ts';

/** Variables by which a container's AWS SDK finds the gateway, and nothing of the machine's own configuration. */
export const containerEnvironment = (credentials: Credentials, region: string, endpoint: string): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  AWS_ENDPOINT_URL: endpoint,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
});
