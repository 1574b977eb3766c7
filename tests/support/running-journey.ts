import { setTimeout as sleep } from 'node:timers/promises';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { gunzipSync } from 'node:zlib';
import { startLocalCloud } from '@signalbox/local-cloud/cloud.ts';
import type { LocalCloud, LocalCloudOptions } from '@signalbox/local-cloud/cloud.ts';
import { dynamoDbTicketRecords } from '../../adapters/dynamodb/ticket-records.ts';
import { importHistory } from '../../cli/start/import-history.ts';
import { replayOf } from '../../cli/start/labelled-ticket.ts';
import type { LabelledTicket } from '../../cli/start/labelled-ticket.ts';
import { operatorOf } from '../../cli/start/operator.ts';
import type { Operator } from '../../cli/start/operator.ts';
import { readSample } from '../../cli/start/read-tickets.ts';
import { SMALL_COMPANY } from '../../samples/sample-company.ts';
import { skippingWaits } from '../../cli/start/skip-waits.ts';
import { synthesize } from '../../cli/start/synthesize.ts';
import { trainModels } from '../../cli/start/train-models.ts';
import { eventLogLineSchema } from '../../core/contracts/bus-event.ts';
import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import type { TicketState } from '../../core/route/arrival.ts';

/** Tickets of the history that give models which work, though not well. */
export const FEW_TICKETS = 240;

/** Nothing in these tests takes that long; a wait that does has failed. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;
/** And a second more, of the journey's clock. */
const ARCHIVE_WINDOW_MS = 61_000;
/** Some seconds on a machine of its own, and more than a minute beside five others. */
const TRAINING_MS = 300_000;

type Item = Readonly<Record<string, AttributeValue>>;

/** The synthesized dev stage on a local cloud, with what a test asks of it. */
export interface RunningJourney {
  readonly cloud: LocalCloud;
  readonly operator: Operator;
  readonly history: readonly LabelledTicket[];
  readonly live: readonly LabelledTicket[];
  /** Sends one message: an object as JSON, a string as it is. */
  send(queue: 'tickets' | 'outcomes', message: object | string): Promise<void>;
  states(ticketIds: readonly string[]): Promise<ReadonlyMap<string, TicketState>>;
  items(table: 'TicketsTable' | 'TopicsTable' | 'ModelsTable' | 'QuarantineTable'): Promise<readonly Item[]>;
  quarantined(): Promise<readonly { readonly code: string; readonly reason: string; readonly body: string }[]>;
  /** Until nothing is under way any more, and the event log has all that was published. */
  settled(): Promise<void>;
  /** Everything in the event log, repeats included. */
  eventLog(): Promise<readonly EventLogLine[]>;
  /** Messages in a queue, whatever their state. */
  waiting(queueUrl: string): Promise<number>;
  /**
   * Imports the sample's history and runs the retraining workflow until the first models are live.
   * @param tickets of the history, where a test needs models and not good ones: few of them train in a fraction of the time
   */
  train(tickets?: readonly LabelledTicket[]): Promise<void>;
  close(): Promise<void>;
}

/** @param assembly folder of a cloud assembly; the dev stage as it is synthesized, if none is given */
export const startJourney = async (
  assembly?: string,
  options: Pick<LocalCloudOptions, 'requests'> = {},
): Promise<RunningJourney> => {
  const cloud = await startLocalCloud({ assembly: assembly ?? (await synthesize('dev')), port: 0, ...options });
  const { endpoint, region, outputs } = cloud;
  const operator = operatorOf({ endpoint, region, outputs, credentials: cloud.credentials('test') });
  const { tickets, liveFrom } = readSample(SMALL_COMPANY);
  const { history, live } = replayOf(tickets, Date.now(), liveFrom);
  const { outputs: names, sqs, dynamoDb, s3 } = operator;

  const items = async (table: Parameters<RunningJourney['items']>[0]): Promise<readonly Item[]> => {
    const found: Item[] = [];
    for await (const page of paginateScan({ client: dynamoDb }, { TableName: names[table], ConsistentRead: true }))
      found.push(...(page.Items ?? []));
    return found;
  };

  return {
    cloud,
    operator,
    history,
    live,
    items,
    async send(queue, message) {
      const QueueUrl = queue === 'tickets' ? names.TicketsQueueUrl : names.OutcomesQueueUrl;
      const MessageBody = typeof message === 'string' ? message : JSON.stringify(message);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    states: (ticketIds) =>
      dynamoDbTicketRecords({
        client: dynamoDb,
        tableName: names.TicketsTable,
        clock: { now: () => Date.now() },
        retentionDays: 1,
      }).readStates(ticketIds),
    async quarantined() {
      const records = await items('QuarantineTable');
      return records.map((item) => ({
        code: item['code']?.S ?? '',
        reason: item['reason']?.S ?? '',
        body: item['body']?.S ?? '',
      }));
    },
    async settled() {
      // Ends the window in which the archive gathers; what comes to it only now is waited for.
      await cloud.clock.advance(ARCHIVE_WINDOW_MS);
      await cloud.idle();
    },
    async eventLog() {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: names.DataBucket, Prefix: 'events/' }));
      const lines: EventLogLine[] = [];
      for (const { Key } of Contents ?? []) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: names.DataBucket, Key }));
        const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString('utf8');
        for (const line of text.split('\n').filter((one) => one !== '')) lines.push(eventLogLineSchema.parse(JSON.parse(line)));
      }
      return lines;
    },
    async waiting(queueUrl) {
      const AttributeNames = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ] as const;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    async train(tickets = history) {
      await importHistory(operator, tickets, () => undefined);
      await skippingWaits(
        cloud,
        trainModels(operator, () => undefined, AbortSignal.timeout(TRAINING_MS)),
      );
    },
    async close() {
      operator.close();
      await cloud.close();
    },
  };
};

/** Waits until a condition holds, which something else is bringing about. */
export const eventually = async <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1_000} s in vain for: ${what}`);
    await sleep(POLL_MS);
  }
};
