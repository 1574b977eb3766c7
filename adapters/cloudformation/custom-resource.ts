import { z } from 'zod';
import { SignalboxError } from '../../core/errors.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export const customResourceRequestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
});
export type CustomResourceRequest = z.infer<typeof customResourceRequestSchema>;

/** `reason` is one sentence for whoever reads the stack's events. */
export type CustomResourceResult = { readonly status: 'SUCCESS' } | { readonly status: 'FAILED'; readonly reason: string };

/** Thrown when CloudFormation could not be told: it then waits for its own time limit. */
export class CustomResourceAnswerError extends SignalboxError {
  override readonly name = 'CustomResourceAnswerError';
}

const MAX_TRIES = 3;

/**
 * Tells CloudFormation, at the presigned URL of its request, what became of it.
 * @throws CustomResourceAnswerError after three refused attempts
 */
export const answerCustomResource =
  ({ physicalResourceId, fetch }: { readonly physicalResourceId: string; readonly fetch: typeof globalThis.fetch }) =>
  async (request: CustomResourceRequest, result: CustomResourceResult): Promise<void> => {
    const { StackId, RequestId, LogicalResourceId } = request;
    const reason = result.status === 'FAILED' ? { Reason: result.reason } : {};
    // As bytes: a text would get a content type, which the URL was not signed for.
    const body = Buffer.from(
      JSON.stringify({
        Status: result.status,
        ...reason,
        PhysicalResourceId: physicalResourceId,
        StackId,
        RequestId,
        LogicalResourceId,
      }),
    );
    let cause: unknown;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      try {
        const response = await fetch(request.ResponseURL, { method: 'PUT', body });
        if (response.ok) return;
        cause = new Error(`Status ${response.status}`);
      } catch (error) {
        cause = error;
      }
    }
    throw new CustomResourceAnswerError('CloudFormation did not take the answer; its request will time out.', {
      retryable: true,
      cause,
    });
  };
