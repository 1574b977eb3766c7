import { AwsError } from '../service.ts';
import type { ModelReply } from './model-server.ts';

export const modelError = (status: number, original: string, message: string): AwsError =>
  new AwsError('ModelError', message, 424, { OriginalStatusCode: status, OriginalMessage: original });

/** A serverless endpoint whose container is gone is given a new one, and says so until that is there. */
export const modelNotReady = (endpointName: string): AwsError =>
  new AwsError(
    'ModelNotReadyException',
    `Model for endpoint ${endpointName} is not ready for inference yet. Try again later.`,
    429,
  );

/** What InvokeEndpoint makes of a container's reply. @throws AwsError ModelError */
export const modelAnswer = (
  reply: ModelReply,
  variant: string,
): { Body: Buffer; ContentType: string; InvokedProductionVariant: string } => {
  if (reply.kind === 'timed-out') {
    const message =
      'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.';
    throw modelError(0, message, message);
  }
  if (reply.kind === 'unreachable') {
    throw modelError(503, reply.reason, `Received server error (503) from primary with message "${reply.reason}".`);
  }
  if (reply.status >= 400) {
    const side = reply.status < 500 ? 'client' : 'server';
    const words = reply.body.toString();
    throw modelError(reply.status, words, `Received ${side} error (${reply.status}) from primary with message "${words}".`);
  }
  return { Body: reply.body, ContentType: reply.contentType, InvokedProductionVariant: variant };
};
