import type { Clock } from '../clock.ts';
import type { CarriedText, TopicEmerging } from '../contracts/bus-event.ts';
import type { Bus } from '../ports.ts';
import { meanDirection, packDirection, unpackDirection } from './embedding.ts';
import { findEmergingGroups, HOUR_MS, MAX_CANDIDATE_TICKETS, notAnnounced, WINDOW_HOURS } from './emerging.ts';
import type { UnfamiliarTicket } from './emerging.ts';
import { nameGroup } from './name-group.ts';
import { hourOf } from './topic-records.ts';
import type { Candidate, TicketTexts, TopicRecords } from './topic-records.ts';

export interface NoticeDeps {
  readonly records: TopicRecords;
  readonly texts: TicketTexts;
  readonly bus: Bus;
  readonly clock: Clock;
}

/** Other tickets of the same hours that a group's words are compared with. */
const OTHERS_COMPARED = 100;

/**
 * Looks for a group that the tickets which have arrived belong to, among those of the hours before them, and announces each group
 * once. The hours are read only where a ticket belongs to no group that is known; texts only where there is a group to be named.
 */
export const noticeEmerging = async (
  deps: NoticeDeps,
  mapVersion: number,
  arrived: readonly UnfamiliarTicket[],
): Promise<void> => {
  if (arrived.length === 0) return;
  const announced = await deps.records.readAnnounced(mapVersion);
  const fresh = notAnnounced(arrived, announced);
  if (fresh.length === 0) return;
  const recent = await readRecent(deps.records, mapVersion, fresh);
  for (const group of findEmergingGroups(recent, new Set(fresh.map(({ ticketId }) => ticketId)), announced)) {
    const candidate = await deps.records.keepCandidate(await describe(deps, mapVersion, group, recent));
    if (candidate === 'announced') continue;
    const refused = await deps.bus.publish([{ type: 'topic.emerging', detail: topicEmerging(candidate) }]);
    if (refused.size > 0) throw new Error(`the bus refused topic.emerging: ${[...refused.values()].join('; ')}`);
    await deps.records.candidateAnnounced(candidate);
  }
};

/** Tickets of the hours up to the latest one; with those at hand, as an index may lag behind what has just been written. */
const readRecent = async (
  records: TopicRecords,
  mapVersion: number,
  fresh: readonly UnfamiliarTicket[],
): Promise<readonly UnfamiliarTicket[]> => {
  const latestMs = Math.max(...fresh.map(({ time }) => Date.parse(time)));
  const hours = Array.from({ length: WINDOW_HOURS }, (_, back) => hourOf(new Date(latestMs - back * HOUR_MS).toISOString()));
  const read = await Promise.all(hours.map((hour) => records.readUnfamiliar(mapVersion, hour)));
  const atHand = fresh.filter(({ time }) => hours.includes(hourOf(time)));
  return [...new Map([...read.flat(), ...atHand].map((ticket) => [ticket.ticketId, ticket])).values()];
};

const describe = async (
  { texts, clock }: NoticeDeps,
  mapVersion: number,
  group: readonly UnfamiliarTicket[],
  recent: readonly UnfamiliarTicket[],
): Promise<Candidate> => {
  const first = group[0]!;
  const members = new Set(group.map(({ ticketId }) => ticketId));
  const ticketIds = [...members].slice(0, MAX_CANDIDATE_TICKETS);
  const others = recent.flatMap(({ ticketId }) => (members.has(ticketId) ? [] : [ticketId])).slice(0, OTHERS_COMPARED);
  const said = await texts.readTexts([...ticketIds, ...others]);
  const textsOf = (ids: readonly string[]): readonly CarriedText[] => ids.flatMap((id) => said.get(id) ?? []);
  return {
    candidateId: `v${mapVersion}-${first.ticketId}`,
    mapVersion,
    firstSeen: first.time,
    noticedAt: new Date(clock.now()).toISOString(),
    ticketIds,
    phrases: nameGroup(textsOf(ticketIds), textsOf(others)),
    centre: packDirection(meanDirection(group.map(({ direction }) => unpackDirection(direction)))),
  };
};

/** The event that announces a group; what is stored is announced, so that every try announces the same. */
const topicEmerging = ({ candidateId, firstSeen, noticedAt, ticketIds, phrases }: Candidate): TopicEmerging => ({
  id: `emerging#${candidateId}`,
  candidateId,
  firstSeen,
  noticedAt,
  ticketIds: [...ticketIds],
  phrases: [...phrases],
});
