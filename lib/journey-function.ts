import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BUNDLED_HANDLER, functionCode } from './function-code.ts';
import type { EnvironmentOf, FunctionName } from './function-environments.ts';

export const METRICS_NAMESPACE = 'Signalbox';

export interface JourneyFunctionProps<Name extends FunctionName> {
  /** Its folder under `lambdas/`, and the service name in its logs and metrics. */
  readonly name: Name;
  readonly description: string;
  /** Every variable of its `environment.ts`. */
  readonly environment: EnvironmentOf<Name>;
  readonly logRetention: RetentionDays;
  /** @default 60 seconds */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memorySizeMb?: number;
  /** Room in its temporary folder. @default 512 */
  readonly diskMb?: number;
}

/** A function of the journey: bundled from its folder, with a role of its own that may do nothing but log and trace. */
export class JourneyFunction<Name extends FunctionName = FunctionName> extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly grantPrincipal: IPrincipal;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: JourneyFunctionProps<Name>) {
    super(scope, id);
    this.timeout = props.timeout ?? Duration.seconds(60);
    const logGroup = new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    // Not AWSLambdaBasicExecutionRole: that one writes to every log group of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of ${props.name}`,
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.grantPrincipal = role;
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: functionCode(this, props.name),
      handler: BUNDLED_HANDLER,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySizeMb ?? 512,
      ...(props.diskMb !== undefined && { ephemeralStorageSize: Size.mebibytes(props.diskMb) }),
      timeout: this.timeout,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
    });
  }
}
