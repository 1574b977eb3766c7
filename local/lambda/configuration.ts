import type { FunctionDefinition } from './function-definition.ts';

/** A function as GetFunctionConfiguration shows it. */
export const configurationOf = (definition: FunctionDefinition): Record<string, unknown> => ({
  FunctionName: definition.name,
  FunctionArn: definition.arn,
  Role: definition.caller.principal,
  Runtime: definition.runtime,
  Handler: definition.handler,
  Timeout: definition.timeoutSeconds,
  MemorySize: definition.memoryMb,
  Environment: { Variables: definition.environment },
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
  Version: '$LATEST',
  LoggingConfig: { LogFormat: definition.logFormat, LogGroup: definition.logGroup },
});
