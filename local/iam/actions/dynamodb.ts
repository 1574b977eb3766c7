import { objects, on, onAnything, text, withoutRepeats } from '../action-mapping.ts';
import type { Input, Mapping, MappingPlace, ServiceMappings } from '../action-mapping.ts';

const arnOf = (table: unknown, { region, accountId }: MappingPlace): string => {
  const name = text(table);
  return name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
};

const table = ({ TableName }: Input, place: MappingPlace): string => arnOf(TableName, place);

/** A query of an index is authorised on the index, not on its table. */
const tableOrIndex = ({ TableName, IndexName }: Input, place: MappingPlace): string =>
  typeof IndexName === 'string' ? `${arnOf(TableName, place)}/index/${IndexName}` : arnOf(TableName, place);

const eachTable =
  (action: string): Mapping =>
  ({ RequestItems }, place) =>
    Object.keys((RequestItems ?? {}) as Input).map((name) => ({ action, resource: arnOf(name, place) }));

/** A transaction has no action of its own: each part is authorised as the operation it is. */
const eachPart =
  (actions: Readonly<Record<string, string>>): Mapping =>
  ({ TransactItems }, place) =>
    withoutRepeats(
      objects(TransactItems).flatMap((item) =>
        Object.entries(item).flatMap(([kind, part]) => {
          const action = Object.hasOwn(actions, kind) ? actions[kind] : undefined;
          return action === undefined ? [] : [{ action, resource: arnOf((part as Input)['TableName'], place) }];
        }),
      ),
    );

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export const dynamodbActions: ServiceMappings = {
  GetItem: on('dynamodb:GetItem', table),
  PutItem: on('dynamodb:PutItem', table),
  UpdateItem: on('dynamodb:UpdateItem', table),
  DeleteItem: on('dynamodb:DeleteItem', table),
  Query: on('dynamodb:Query', tableOrIndex),
  Scan: on('dynamodb:Scan', tableOrIndex),
  BatchGetItem: eachTable('dynamodb:BatchGetItem'),
  BatchWriteItem: eachTable('dynamodb:BatchWriteItem'),
  TransactGetItems: eachPart({ Get: 'dynamodb:GetItem' }),
  TransactWriteItems: eachPart({
    Put: 'dynamodb:PutItem',
    Update: 'dynamodb:UpdateItem',
    Delete: 'dynamodb:DeleteItem',
    ConditionCheck: 'dynamodb:ConditionCheckItem',
  }),
  DescribeTable: on('dynamodb:DescribeTable', table),
  DescribeTimeToLive: on('dynamodb:DescribeTimeToLive', table),
  DescribeContinuousBackups: on('dynamodb:DescribeContinuousBackups', table),
  ListTables: onAnything('dynamodb:ListTables'),
};
