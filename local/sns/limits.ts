import type { Limits } from '../limit.ts';

const publish = 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html';
const batch = 'https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html';

export const snsLimits = {
  message: {
    of: 'a message with its attributes',
    unit: 'bytes',
    least: 1,
    most: 262_144,
    beyond: { error: 'InvalidParameter' },
    source: publish,
  },
  batchSize: {
    of: 'all messages of a batch',
    unit: 'bytes',
    most: 262_144,
    beyond: { error: 'BatchRequestTooLong' },
    source: batch,
  },
  batchEntries: {
    of: 'entries of a batch',
    unit: 'entries',
    most: 10,
    beyond: { error: 'TooManyEntriesInBatchRequest' },
    source: batch,
  },
  batchEntryId: {
    of: 'an entry’s id',
    unit: 'characters',
    least: 1,
    most: 80,
    beyond: { error: 'InvalidBatchEntryId' },
    source: batch,
  },
  subject: { of: 'the subject', unit: 'characters', least: 1, most: 100, beyond: { error: 'InvalidParameter' }, source: publish },
  topicName: {
    of: 'the name of a topic',
    unit: 'characters',
    least: 1,
    most: 256,
    beyond: { error: 'InvalidParameter' },
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html',
  },
} as const satisfies Limits;
