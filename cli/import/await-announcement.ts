import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { announcementOf } from '../../adapters/step-functions/announcement.ts';
import type { Announcement } from '../../adapters/step-functions/announcement.ts';

const POLL_MS = 500;
/** A year of tickets is gathered in seconds; who imports millions reads it from `status`. */
const MOST_POLLS = 120;

/** Waits for what a retraining announces before it trains; undefined where it ends before, or takes longer than a minute. */
export const awaitAnnouncement = async (
  client: SFNClient,
  executionArn: string,
  signal: AbortSignal,
): Promise<Announcement | undefined> => {
  for (let poll = 0; poll < MOST_POLLS; poll++) {
    const announcement = await announcementOf(client, executionArn);
    if (announcement !== undefined) return announcement;
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return undefined;
    await sleep(POLL_MS, undefined, { signal });
  }
  return undefined;
};
