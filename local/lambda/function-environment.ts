import { devNull } from 'node:os';
import type { FunctionDefinition } from './function-definition.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface EnvironmentSource {
  readonly definition: FunctionDefinition;
  readonly credentials: Credentials;
  readonly region: string;
  readonly endpoint: string;
  readonly logStream: string;
}

/**
 * The variables that Lambda sets, over the function's own. Nothing of the host's environment is among them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const variablesOf = ({
  definition,
  credentials,
  region,
  endpoint,
  logStream,
}: EnvironmentSource): Record<string, string> => ({
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  ...definition.environment,
  _HANDLER: definition.handler,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: definition.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  AWS_ENDPOINT_URL: endpoint,
  // The host's profiles must not reach the function.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  LAMBDA_TASK_ROOT: definition.codeFolder,
  LAMBDA_RUNTIME_DIR: definition.codeFolder,
});
