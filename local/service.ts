/** Who makes a call: a function's role, a service acting for a stack, or a person at the command line. */
export interface Caller {
  /** Short name that counts are kept under, e.g. a function's logical id, `operator`, `events.amazonaws.com`. */
  readonly name: string;
  /** ARN of the role or user, or a service principal such as `events.amazonaws.com`. */
  readonly principal: string;
  /** The service that has taken on the role, e.g. `lambda.amazonaws.com`: the role's trust policy has to let it. */
  readonly assumedBy?: string;
  /** What a service acts for (`aws:SourceArn`): the ARN of a rule, a topic, a state machine, a schedule group. */
  readonly sourceArn?: string;
}

/** One AWS API call, the same whether it came over HTTP or from a service of the local cloud itself. */
export interface ApiCall {
  readonly caller: Caller;
  /** Endpoint prefix as IAM writes it: `sqs`, `dynamodb`, `s3`, `events`, `states`, `sagemaker`, `lambda`, `sns`, `scheduler`. */
  readonly service: string;
  /** API action, e.g. `SendMessageBatch`. For SageMaker's runtime `InvokeEndpoint`. */
  readonly action: string;
  /** The request's members as the API reference names them; blobs are `Uint8Array`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the invocation whose code makes the call; the SDK sends it along from within a function. */
  readonly traceId?: string;
}

/** Sends a call through counting, authorisation and faults to the service that answers it. */
export type Dispatch = (call: ApiCall) => Promise<Record<string, unknown>>;

/** The engine behind one service. It answers what it knows and refuses the rest by name. */
export interface Service {
  readonly name: string;
  readonly actions: ReadonlySet<string>;
  call(call: ApiCall): Promise<Record<string, unknown>>;
}

/** An error as the AWS API returns it: the code goes on the wire, the status decides whether the SDK retries. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, e.g. `Item` or `OriginalStatusCode`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** Thrown while a stack is loaded or called for something the local cloud does not know. It never passes silently. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
