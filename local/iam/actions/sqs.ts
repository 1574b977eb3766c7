import { on, onAnything, text } from '../action-mapping.ts';
import type { Input, MappingPlace, ServiceMappings } from '../action-mapping.ts';

const queue = ({ QueueUrl }: Input, { region }: MappingPlace): string => {
  const [account, name] = text(QueueUrl).split('/').slice(-2);
  return `arn:aws:sqs:${region}:${account}:${name}`;
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export const sqsActions: ServiceMappings = {
  SendMessage: on('sqs:SendMessage', queue),
  SendMessageBatch: on('sqs:SendMessage', queue),
  ReceiveMessage: on('sqs:ReceiveMessage', queue),
  DeleteMessage: on('sqs:DeleteMessage', queue),
  DeleteMessageBatch: on('sqs:DeleteMessage', queue),
  ChangeMessageVisibility: on('sqs:ChangeMessageVisibility', queue),
  ChangeMessageVisibilityBatch: on('sqs:ChangeMessageVisibility', queue),
  GetQueueAttributes: on('sqs:GetQueueAttributes', queue),
  GetQueueUrl: on(
    'sqs:GetQueueUrl',
    ({ QueueName }, { region, accountId }) => `arn:aws:sqs:${region}:${accountId}:${text(QueueName)}`,
  ),
  ListQueues: onAnything('sqs:ListQueues'),
  PurgeQueue: on('sqs:PurgeQueue', queue),
  ListDeadLetterSourceQueues: on('sqs:ListDeadLetterSourceQueues', queue),
  StartMessageMoveTask: on('sqs:StartMessageMoveTask', ({ SourceArn }) => text(SourceArn)),
  ListMessageMoveTasks: on('sqs:ListMessageMoveTasks', ({ SourceArn }) => text(SourceArn)),
  CancelMessageMoveTask: () => [
    { action: 'sqs:CancelMessageMoveTask', resource: '*', untold: 'which queue a task handle belongs to' },
  ],
};
