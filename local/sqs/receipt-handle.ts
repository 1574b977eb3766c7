import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';

/** A handle of one receive of a message. */
export const newReceiptHandle = (queueArn: string, messageId: string, now: number): string =>
  Buffer.from(`${randomUUID()} ${queueArn} ${messageId} ${now}`).toString('base64');

/** @throws AwsError ReceiptHandleIsInvalid for what no receive of this queue has given */
export const messageIdIn = (queueArn: string, handle: string): string => {
  const [, arn, messageId] = Buffer.from(handle, 'base64').toString().split(' ');
  if (arn === queueArn && messageId) return messageId;
  throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
};
