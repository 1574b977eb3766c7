import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ScoringUnavailableError } from '../../core/route/scoring-unavailable-error.ts';
import type { UnavailableReason } from '../../core/route/scoring-unavailable-error.ts';
import { untilAborted } from '../../core/until-aborted.ts';

export interface Invocation {
  readonly client: SageMakerRuntimeClient;
  readonly endpointName: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * One call of an endpoint.
 * @returns the body of its answer
 * @throws ScoringUnavailableError for whatever kept the answer away
 */
export async function invokeEndpoint({ client, endpointName, body, signal }: Invocation): Promise<string> {
  try {
    const command = new InvokeEndpointCommand({
      EndpointName: endpointName,
      ContentType: 'application/json',
      Accept: 'application/json',
      Body: body,
    });
    // The SDK watches the signal while a request is under way, but not while it waits between two attempts: hence the race.
    const answer = await untilAborted(client.send(command, { abortSignal: signal }), signal);
    return answer.Body?.transformToString() ?? '';
  } catch (cause) {
    const { reason, sentence } = signal.aborted ? DEADLINE : explain(cause);
    throw new ScoringUnavailableError(`Endpoint ${endpointName} gave no answer: ${sentence}.`, { reason, cause });
  }
}

interface Explanation {
  readonly reason: UnavailableReason;
  readonly sentence: string;
}

const DEADLINE: Explanation = { reason: 'deadline', sentence: 'the deadline passed' };
const UNREACHABLE: Explanation = { reason: 'unreachable', sentence: 'no connection, or it broke off' };

/** Errors of the runtime API, by name: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
const BY_NAME: Readonly<Record<string, Explanation>> = {
  ThrottlingException: { reason: 'throttled', sentence: 'too many requests at once' },
  TooManyRequestsException: { reason: 'throttled', sentence: 'too many requests at once' },
  ModelNotReadyException: { reason: 'not-ready', sentence: 'its model is still being loaded' },
  ModelError: { reason: 'model-error', sentence: 'the container answered with an error' },
  InternalDependencyException: { reason: 'unreachable', sentence: 'a service behind it failed' },
  ServiceUnavailable: { reason: 'unreachable', sentence: 'the service is not available' },
  InternalFailure: { reason: 'unreachable', sentence: 'the service failed' },
  AccessDeniedException: { reason: 'refused', sentence: 'the caller may not invoke it' },
};

function explain(cause: unknown): Explanation {
  if (!(cause instanceof Error)) return UNREACHABLE;
  if (cause.name === 'ValidationError' || cause.name === 'ValidationException') {
    return /not found/i.test(cause.message)
      ? { reason: 'no-endpoint', sentence: 'there is none of that name' }
      : { reason: 'refused', sentence: 'the service refused the request' };
  }
  return BY_NAME[cause.name] ?? UNREACHABLE;
}
