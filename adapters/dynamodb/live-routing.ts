import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LiveRouting } from '../../core/route/live-routing.ts';
import { parsePause, pauseKey } from './pauses.ts';
import { parsePointer, POINTER_KEY } from './pointers.ts';
import { readItems } from './ticket-records.ts';

/** Reads the pointer and the pause of automation together, strongly consistent, in one request. */
export const dynamoDbLiveRouting =
  (table: { readonly client: DynamoDBClient; readonly tableName: string }) => async (): Promise<LiveRouting> => {
    const items = await readItems(table, [POINTER_KEY, pauseKey('automation')]);
    const pointer = items.find((item) => item['pk']?.S === POINTER_KEY.pk.S);
    const pause = items.find((item) => item['pk']?.S !== POINTER_KEY.pk.S);
    return {
      pointer: parsePointer(table.tableName, pointer),
      pause: pause && parsePause(table.tableName, 'automation', pause),
    };
  };
