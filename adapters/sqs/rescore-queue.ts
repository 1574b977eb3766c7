import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { rescoreDelaySeconds } from '../../core/route/rescore-queue.ts';
import type { RescoreQueue } from '../../core/route/rescore-queue.ts';

/** The queue of tickets to look at again; the delay grows with the number of attempts. */
export const sqsRescoreQueue = ({
  client,
  queueUrl,
}: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): RescoreQueue => ({
  async ask(request) {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(request),
        DelaySeconds: rescoreDelaySeconds(request.attempt),
      }),
    );
  },
});
