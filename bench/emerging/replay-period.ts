import type { CarriedText, TopicEmerging } from '../../core/contracts/bus-event.ts';
import { splitByTime } from '../../core/retrain/split-by-time.ts';
import { packDirection } from '../../core/topic/embedding.ts';
import { unfamiliarBelow } from '../../core/topic/emerging.ts';
import type { UnfamiliarTicket } from '../../core/topic/emerging.ts';
import { noticeEmerging } from '../../core/topic/notice-emerging.ts';
import { hourOf } from '../../core/topic/topic-records.ts';
import type { TopicRecords } from '../../core/topic/topic-records.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { nearestTickets, rememberTickets, similarTickets } from '../../model/past-tickets.ts';
import { fitAndPlace, placeTexts } from '../../model/space/read-texts.ts';
import { fitTfidf } from '../../model/tfidf.ts';

export interface TimedTicket {
  readonly ticketId: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** Redacted, as models read it. */
  readonly text: string;
}

/** A model learns from the history as the retraining has it learn; then the live tickets come one by one. */
export interface Period {
  readonly history: readonly TimedTicket[];
  readonly live: readonly TimedTicket[];
}

export interface Noticed extends Pick<TopicEmerging, 'firstSeen' | 'ticketIds' | 'phrases'> {
  /** Event time of the ticket with which it was noticed. */
  readonly noticedAt: string;
}

export interface Replayed {
  /** Tickets that the model learned from. */
  readonly learned: readonly TimedTicket[];
  readonly live: number;
  /** Live tickets that were kept to be compared with others. */
  readonly kept: number;
  readonly noticed: readonly Noticed[];
}

/** Past tickets that a decision holds. */
const SIMILAR = 3;
const SEED = 1;

/** Places the tickets as the routing model does, without training its heads, which where a ticket lies does not depend on. */
export const replayPeriod = async ({ history, live }: Period, encoder: Encoder): Promise<Replayed> => {
  const labelled = history.map((ticket) => ({ ...ticket, labels: { any: '' } }));
  const learned = splitByTime(labelled).train;
  const texts = learned.map(({ text }) => text);
  const featurizer = { encoder, vectorizer: fitTfidf(texts) };
  const { space, short } = await fitAndPlace(featurizer, texts, SEED);
  const dimension = space.shortDimension;
  const past = rememberTickets(learned, short, dimension, SEED);
  const placed = await placeTexts(
    featurizer,
    space,
    live.map(({ text }) => text),
  );
  const neighbours = await nearestTickets(past, placed.short, SIMILAR);
  const unfamiliar = live.flatMap(({ ticketId, time }, row): readonly UnfamiliarTicket[] => {
    const pastSimilarity = placed.blank[row] ? undefined : unfamiliarBelow(similarTickets(past, neighbours, row, SIMILAR));
    const direction = packDirection(placed.short.slice(row * dimension, (row + 1) * dimension));
    return pastSimilarity === undefined ? [] : [{ ticketId, time, direction, pastSimilarity }];
  });
  return { learned, live: live.length, kept: unfamiliar.length, noticed: await noticeOneByOne(live, unfamiliar) };
};

const noticeOneByOne = async (
  live: readonly TimedTicket[],
  unfamiliar: readonly UnfamiliarTicket[],
): Promise<readonly Noticed[]> => {
  const textOf = new Map(live.map(({ ticketId, text }): [string, CarriedText] => [ticketId, { subject: '', body: text }]));
  const byHour = new Map<string, UnfamiliarTicket[]>();
  const centres: string[] = [];
  const noticed: Noticed[] = [];
  const records: TopicRecords = {
    keepAssignment: () => Promise.resolve('stored'),
    readUnfamiliar: (_, hour) => Promise.resolve(byHour.get(hour) ?? []),
    readAnnounced: () => Promise.resolve(centres),
    keepCandidate: (candidate) => Promise.resolve(candidate),
    candidateAnnounced: ({ centre }) => Promise.resolve(void centres.push(centre)),
  };
  for (const ticket of unfamiliar.toSorted((a, b) => (a.time < b.time ? -1 : 1))) {
    const hour = hourOf(ticket.time);
    byHour.set(hour, [...(byHour.get(hour) ?? []), ticket]);
    await noticeEmerging(
      {
        records,
        texts: { readTexts: () => Promise.resolve(textOf) },
        bus: {
          publish: (events) => {
            for (const { type, detail } of events)
              if (type === 'topic.emerging') noticed.push({ ...detail, noticedAt: ticket.time });
            return Promise.resolve(new Map());
          },
        },
        clock: { now: () => Date.parse(ticket.time) },
      },
      1,
      [ticket],
    );
  }
  return noticed;
};
