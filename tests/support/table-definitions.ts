import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The tables of the stack as the adapters need them; tests/lib/stateful-stack.test.ts holds them to what is synthesized. */

/** As `CreateTable` takes it, and the local cloud as well. */
export type TableDefinition = Omit<CreateTableCommandInput, 'TableName'>;

export const TICKETS_TABLE = 'tickets';
export const TOPICS_TABLE = 'topics';
export const QUARANTINE_TABLE = 'quarantine';
export const MODELS_TABLE = 'models';

const KEYS = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
} satisfies TableDefinition;

const TICKETS = {
  ...KEYS,
  AttributeDefinitions: [
    ...KEYS.AttributeDefinitions,
    { AttributeName: 'factHour', AttributeType: 'S' },
    { AttributeName: 'factId', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-fact-hour',
      KeySchema: [
        { AttributeName: 'factHour', KeyType: 'HASH' },
        { AttributeName: 'factId', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
} satisfies TableDefinition;

const TOPICS = {
  ...KEYS,
  AttributeDefinitions: [
    ...KEYS.AttributeDefinitions,
    { AttributeName: 'topicHour', AttributeType: 'S' },
    { AttributeName: 'unfamiliarHour', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-topic-hour',
      KeySchema: [
        { AttributeName: 'topicHour', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['ticketId', 'time'] },
    },
    {
      IndexName: 'by-unfamiliar-hour',
      KeySchema: [
        { AttributeName: 'unfamiliarHour', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['ticketId', 'time', 'direction', 'pastSimilarity'] },
    },
  ],
} satisfies TableDefinition;

export const TABLES = {
  [TICKETS_TABLE]: TICKETS,
  [TOPICS_TABLE]: TOPICS,
  [QUARANTINE_TABLE]: KEYS,
  [MODELS_TABLE]: KEYS,
} satisfies Readonly<Record<string, TableDefinition>>;

export type TableName = keyof typeof TABLES;
