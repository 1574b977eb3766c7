/** A state of Amazon States Language, as it stands in the definition. */
export type State = Readonly<Record<string, unknown>>;
export type States = Readonly<Record<string, State>>;

/** A JSONata expression, as the definition wants it marked. */
export const jsonata = (expression: string): string => `{% ${expression} %}`;

/** What Lambda's own side may answer for a moment; errors of the function itself are not among them. */
const RETRY_LAMBDA = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
};

/** Throttling comes under the first of these names (of SDK integrations: the second), and so does what no retry mends: few tries, then. */
export const RETRY_SAGEMAKER = {
  ErrorEquals: ['SageMaker.AmazonSageMakerException', 'SageMaker.SageMakerException', 'SageMaker.SdkClientException'],
  IntervalSeconds: 2,
  MaxAttempts: 3,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
};

/** An endpoint that is cold, or busy with tickets: worth a few more tries, and then the retraining fails. */
export const retryScoring = (intervalSeconds: number): State => ({
  ErrorEquals: ['ScoringUnavailableError'],
  IntervalSeconds: intervalSeconds,
  MaxAttempts: 3,
  BackoffRate: 2,
});

/**
 * One sentence of what went wrong. A function's error and a training job's state are JSON inside `Cause`; anything else is text
 * already. 500 characters are enough for a person, and keep the variable small.
 */
const ERROR_SENTENCE = `(
  $cause := $exists($states.errorOutput.Cause) ? $string($states.errorOutput.Cause) : '';
  $details := $contains($cause, /^\\{/) and $contains($cause, /\\}$/) ? $parse($cause) : {};
  $text := $exists($details.errorMessage) ? $details.errorMessage
    : $exists($details.FailureReason) ? $details.FailureReason
    : $cause;
  $substring($text = '' ? $states.errorOutput.Error : $text, 0, 500)
)`.replaceAll(/\s*\n\s*/g, ' ');

/** Where a state goes when it fails, with the outcome and the sentence that `End` is told. */
export const onError = (errors: readonly string[], outcome: 'failed' | 'rejected' | 'paused', next: string): State => ({
  ErrorEquals: errors,
  Assign: { outcome, reason: jsonata(ERROR_SENTENCE) },
  Next: next,
});

export const END_AS_FAILED = onError(['States.ALL'], 'failed', 'End');

export interface StepProps {
  readonly functionArn: string;
  readonly partition: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly next?: string;
  /** Variables from the function's answer, `$states.result.Payload`. */
  readonly assign?: Readonly<Record<string, unknown>>;
  /** @default any error ends the execution as failed */
  readonly catches?: readonly State[];
  /** @default none beyond Lambda's own transient errors */
  readonly retries?: readonly State[];
}

/** Calls a function; its answer becomes the output of the state. */
export const step = (props: StepProps): State => {
  const catches = props.catches ?? [END_AS_FAILED];
  return {
    Type: 'Task',
    Resource: `arn:${props.partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: props.functionArn, Payload: props.payload },
    Output: jsonata('$states.result.Payload'),
    ...(props.assign && { Assign: props.assign }),
    Retry: [RETRY_LAMBDA, ...(props.retries ?? [])],
    ...(catches.length > 0 && { Catch: catches }),
    ...(props.next ? { Next: props.next } : { End: true }),
  };
};
