import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';

/** What a retraining says of itself before it trains, each a sentence. */
export interface Announcement {
  /** What has to be encoded, how long that takes and what it costs. */
  readonly encoding: string;
  /** What of the event log is not learned from; empty where all is. */
  readonly leftOut: string;
}

/** The state of lib/retraining-definition.ts that chooses what is learned from. */
const ANNOUNCING_STATE = 'Snapshot';
/** It is the second state: its end is among the first events, retries included. */
const EVENTS = 100;

const outputSchema = z.object({
  encoding: z.object({ sentence: z.string() }),
  leftOut: z.object({ reason: z.string() }),
});

/** What an execution of the retraining workflow has announced; undefined as long as it has not. */
export const announcementOf = async (client: SFNClient, executionArn: string): Promise<Announcement | undefined> => {
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: EVENTS }));
  const output = events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === ANNOUNCING_STATE)
    ?.stateExitedEventDetails?.output;
  if (output === undefined) return undefined;
  const said = outputSchema.safeParse(JSON.parse(output)).data;
  return said && { encoding: said.encoding.sentence, leftOut: said.leftOut.reason };
};
